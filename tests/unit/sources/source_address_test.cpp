#include "sources/source_address.hpp"

#include <gtest/gtest.h>

namespace sightglass::sources {
namespace {

const std::vector<std::filesystem::path> roots{"/mnt", "/srv/pictures"};

std::string fault_of(const Access& access) {
  const auto checked = check(access, roots);
  return checked ? "" : checked.error().field;
}

TEST(SourceAddress, tells_the_kind_by_the_address) {
  EXPECT_EQ(guess_kind("https://host/dir/"), SourceKind::http_index);
  EXPECT_EQ(guess_kind("https://host/dir/IMAGE.JPG?size=full"), SourceKind::still);
  EXPECT_EQ(guess_kind("ftps://host/"), SourceKind::ftp);
  EXPECT_EQ(guess_kind("sftp://host/"), SourceKind::sftp);
  EXPECT_EQ(guess_kind("/mnt/cards"), SourceKind::folder);
}

TEST(SourceAddress, takes_what_each_kind_can_be) {
  EXPECT_EQ(fault_of({.base_url = "https://host/dir/"}), "");
  EXPECT_EQ(
      fault_of({.base_url = "https://host:8443/d%20r/?x=1", .sign_in = SignIn::header, .secret = "X-Api-Key: abc"}),
      "");
  EXPECT_EQ(fault_of({.base_url = "http://host/", .allows_plain_transport = true}), "");
  EXPECT_EQ(fault_of({.kind = SourceKind::ftp, .base_url = "ftp://host/dir"}), "") << "it may speak TLS all the same";
  EXPECT_EQ(fault_of({.kind = SourceKind::sftp,
                      .base_url = "sftp://host/",
                      .sign_in = SignIn::basic,
                      .username = "u",
                      .secret = "p"}),
            "");
  EXPECT_EQ(fault_of({.kind = SourceKind::sftp,
                      .base_url = "sftp://host/",
                      .sign_in = SignIn::key,
                      .username = "u",
                      .secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"}),
            "");
  EXPECT_EQ(fault_of({.kind = SourceKind::s3, .base_url = "https://s3.example/bucket/"}), "");
  EXPECT_EQ(fault_of({.kind = SourceKind::folder, .base_url = "/mnt/card 1"}), "");
}

TEST(SourceAddress, refuses_and_names_what_is_wrong) {
  EXPECT_EQ(fault_of({.base_url = ""}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "host/dir"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "file:///etc/passwd"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "gopher://host/"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "https://user:word@host/"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "https://host/\r\nX: y"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "https://host/#x"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "https://host/" + std::string(3'000, 'x')}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "http://host/"}), "settings.allow_plain_transport");
  EXPECT_EQ(fault_of({.kind = SourceKind::sftp, .base_url = "https://host/"}), "base_url");
  EXPECT_EQ(fault_of({.kind = SourceKind::s3, .base_url = "https://s3.example/"}), "base_url");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::key, .username = "u", .secret = "k"}),
            "auth_type");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::basic, .secret = "p"}), "auth_username");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::digest, .secret = "p"}), "auth_username");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::digest, .username = "u"}), "auth_password");
  EXPECT_EQ(fault_of({.kind = SourceKind::ftp,
                      .base_url = "ftps://host/",
                      .sign_in = SignIn::digest,
                      .username = "u",
                      .secret = "p"}),
            "auth_type");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::basic, .username = "a:b", .secret = "p"}),
            "auth_username");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::basic, .username = "u"}), "auth_password");
  EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::basic, .username = "u", .secret = "a\nb"}),
            "auth_password");
  for (const auto* header : {"no colon", ": value", "Na me: x", "X:", "Host: x", "range: bytes=0-", "X: a\r\nY: b"})
    EXPECT_EQ(fault_of({.base_url = "https://host/", .sign_in = SignIn::header, .secret = header}), "auth_header")
        << header;
  EXPECT_EQ(fault_of({.kind = SourceKind::sftp, .base_url = "sftp://host/", .sign_in = SignIn::none}), "auth_type");
  EXPECT_EQ(fault_of({.kind = SourceKind::sftp,
                      .base_url = "sftp://h/",
                      .sign_in = SignIn::basic,
                      .username = "u",
                      .secret = "p",
                      .host_key = "x"}),
            "settings.host_key");
}

TEST(SourceAddress, keeps_folders_below_those_that_may_be_read) {
  for (const auto* path : {"mnt/x", "/etc", "/mnt/../etc", "/mntx", "/srv", "/srv/pictures/../keys", "/"})
    EXPECT_EQ(fault_of({.kind = SourceKind::folder, .base_url = path}), "base_url") << path;
  EXPECT_EQ(fault_of({.kind = SourceKind::folder, .base_url = "/srv/pictures/2026"}), "");
  const auto none = check({.kind = SourceKind::folder, .base_url = "/mnt/x"}, {});
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("pull.folders"), std::string::npos);
}

TEST(SourceAddress, never_repeats_a_secret) {
  for (const Access& access :
       {Access{.base_url = "https://u:s3cr3t@host/"},
        Access{.base_url = "https://host/", .sign_in = SignIn::header, .secret = "s3cr3t"},
        Access{.base_url = "https://host/", .sign_in = SignIn::basic, .username = "u", .secret = "s3cr3t\n"}}) {
    const auto checked = check(access, roots);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message.find("s3cr3t"), std::string::npos);
  }
}

}  // namespace
}  // namespace sightglass::sources
