#include "sources/server_address.hpp"

#include <gtest/gtest.h>

#include "sources/remote_names.hpp"
#include "sources/sftp/host_keys.hpp"

namespace sightglass::sources {
namespace {

TEST(ServerAddress, is_taken_apart) {
  const auto address = parse_server_address("SFTP://cards.example:2222/a%20b//c/");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->scheme, "sftp");
  EXPECT_EQ(address->host, "cards.example");
  EXPECT_EQ(address->port, 2222);
  EXPECT_EQ(directory_of(*address), "/a b/c/");
  const auto six = parse_server_address("ftp://[2001:db8::1]:21");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "2001:db8::1");
  EXPECT_EQ(six->authority(), "[2001:db8::1]:21");
  EXPECT_EQ(directory_of(*six), "/");
}

TEST(ServerAddress, is_none_with_secrets_blanks_or_odd_ports) {
  for (const auto* text : {"", "ftp", "ftp://", "ftp:///a", "://host/", "ftp://user@host/", "ftp://user:word@host/",
                           "ftp://host:0/", "ftp://host:70000/", "ftp://host:21x/", "ftp://[::1/", "ftp://[::1]x/",
                           "ftp://ho st/", "ftp://host/a\r\nDELE b", "ftp://host?a/", "ftp://host\\a/"})
    EXPECT_FALSE(parse_server_address(text)) << text;
}

TEST(ServerAddress, leads_to_no_directory_above) {
  for (const auto* text : {"ftp://host/../", "ftp://host/a/%2E%2E/b", "ftp://host/a%2Fb/", "ftp://host/a%00b/",
                           "ftp://host/a%0D%0ADELE%20b/"}) {
    const auto address = parse_server_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(directory_of(*address)) << text;
  }
}

TEST(RemoteNames, are_relative_paths_of_real_segments) {
  for (const auto* path : {"a.jpg", "a/b/c.jpg", " ", "...", "a\xFF", "-rf"})
    EXPECT_TRUE(is_relative_path(path)) << path;
  for (const auto* path : {"", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b"})
    EXPECT_FALSE(is_relative_path(path)) << path;
  EXPECT_FALSE(is_relative_path(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_relative_path(std::string(4096, 'a')));
  EXPECT_FALSE(is_relative_path(std::string(4097, 'a')));
}

TEST(RemoteNames, are_printed_without_harm) {
  EXPECT_EQ(printable("\xC3\xBC\n\x1B[2J\xFF\xC3"), "\xC3\xBC??[2J??");
  EXPECT_EQ(printable(std::string(200, 'a')), std::string(80, 'a') + "…");
}

TEST(SshFingerprints, compare_with_and_without_padding) {
  EXPECT_TRUE(sftp::is_same_fingerprint("SHA256:abc=", "SHA256:abc"));
  EXPECT_FALSE(sftp::is_same_fingerprint("SHA256:abc", "SHA256:abd"));
  EXPECT_FALSE(sftp::is_same_fingerprint("", "SHA256:abd"));
}

}  // namespace
}  // namespace sightglass::sources
