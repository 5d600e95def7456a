#include "sources/http/web_address.hpp"

#include <gtest/gtest.h>

#include "sources/http/directory_walk.hpp"
#include "sources/http/failures.hpp"

namespace sightglass::sources::http {
namespace {

std::string resolved(std::string_view link, std::string_view base = "https://files.example/a/b/?q=1") {
  const auto target = resolve(*parse_web_address(base), link);
  return target ? target->text() : "none";
}

TEST(WebAddressTest, takes_addresses_apart_and_puts_them_together) {
  const auto address = parse_web_address("HTTPS://Files.Example:8443/a%20b/?x=1#part");
  ASSERT_TRUE(address);
  EXPECT_TRUE(address->is_tls);
  EXPECT_EQ(address->host, "files.example");
  EXPECT_EQ(address->port, 8443);
  EXPECT_EQ(address->path, "/a%20b/");
  EXPECT_EQ(address->text(), "https://files.example:8443/a%20b/?x=1");
  EXPECT_EQ(parse_web_address("http://[2001:DB8::1]:80")->text(), "http://[2001:db8::1]/");
}

TEST(WebAddressTest, refuses_what_is_none) {
  for (const std::string_view text :
       {"", "x", "ftp://a/", "http:/a", "http://", "http:///a", "http://user@a/", "http://user:word@a/", "http://a:0/",
        "http://a:65536/", "http://a:b/", "http://a b/", "http://a\\b/", "http://a%2fb/", "http://[::1/", "http://a/\n",
        "javascript:alert(1)", "data:text/html,x", "//a/"})
    EXPECT_FALSE(parse_web_address(text)) << text;
  EXPECT_FALSE(parse_web_address("http://a/" + std::string(20'000, 'x')));
}

TEST(WebAddressTest, resolves_links_as_browsers_do) {
  EXPECT_EQ(resolved("c.jpg"), "https://files.example/a/b/c.jpg");
  EXPECT_EQ(resolved("./c.jpg"), "https://files.example/a/b/c.jpg");
  EXPECT_EQ(resolved("../c.jpg"), "https://files.example/a/c.jpg");
  EXPECT_EQ(resolved(".."), "https://files.example/a/");
  EXPECT_EQ(resolved("../../../../c.jpg"), "https://files.example/c.jpg");
  EXPECT_EQ(resolved("%2e%2E/c.jpg"), "https://files.example/a/c.jpg");
  EXPECT_EQ(resolved("/c.jpg"), "https://files.example/c.jpg");
  EXPECT_EQ(resolved("//other.example/c.jpg"), "https://other.example/c.jpg");
  EXPECT_EQ(resolved("http://other.example/c.jpg"), "http://other.example/c.jpg");
  EXPECT_EQ(resolved("?C=N"), "https://files.example/a/b/?C=N");
  EXPECT_EQ(resolved("#top"), "https://files.example/a/b/?q=1");
  EXPECT_EQ(resolved("a b%20c.jpg"), "https://files.example/a/b/a%20b%20c.jpg");
  EXPECT_EQ(resolved("100%.jpg"), "https://files.example/a/b/100%25.jpg");
  EXPECT_EQ(resolved("\xc3\xbc.jpg"), "https://files.example/a/b/%C3%BC.jpg");
  EXPECT_EQ(resolved("back\\slash"), "https://files.example/a/b/back%5Cslash");
  EXPECT_EQ(resolved("x//y"), "https://files.example/a/b/x//y");
  for (const auto* link : {"javascript:alert(1)", "mailto:a@b.c", "file:///etc/passwd", "//user@host/", "//"})
    EXPECT_EQ(resolved(link), "none") << link;
}

TEST(WebAddressTest, decodes_and_encodes_any_bytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(encode_segment(all)), all);
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
}

ChildLink child(std::string_view link, std::string_view folder = "http://files.example/a%20b/") {
  const auto base = parse_web_address(folder);
  const auto target = resolve(*base, link);
  return target ? child_of(*base, *target) : ChildLink{};
}

TEST(ChildLinkTest, is_one_segment_below_the_folder) {
  const auto file = child("c%20d.jpg?size=1#x");
  EXPECT_EQ(file.kind, LinkKind::child);
  EXPECT_EQ(file.name, "c d.jpg");
  EXPECT_EQ(file.address, "http://files.example/a%20b/c%20d.jpg");
  EXPECT_TRUE(child("sub/").is_folder);
  EXPECT_EQ(child("sub/").name, "sub");
  EXPECT_EQ(child("/%61%20b/c.jpg").name, "c.jpg") << "the same folder, encoded in another way";
  EXPECT_EQ(child("x/../c.jpg").name, "c.jpg");
  for (const auto* link : {"", "./", "../", "/", "/other/c.jpg", "sub/c.jpg", "sub//", "?C=N;O=D", "#a",
                           "../a%20bc/d.jpg", "https://files.example/a%20b/c.jpg",
                           "http://files.example:81/a%20b/c.jpg", "http://other.example/a%20b/c.jpg", "%2e%2e", "%2e"})
    EXPECT_EQ(child(link).kind, LinkKind::elsewhere) << link;
}

TEST(ChildLinkTest, refuses_names_that_no_file_has) {
  for (const auto* link : {"..%2fpasswd", "a%2Fb.jpg", "%00", "a.jpg%00.exe", "%2f", "..%2f..%2fetc"})
    EXPECT_EQ(child(link).kind, LinkKind::refused) << link;
  EXPECT_EQ(child(std::string(5000, 'x')).kind, LinkKind::refused);
  EXPECT_EQ(child(std::string(2000, 'x')).kind, LinkKind::child);
  EXPECT_EQ(child("line%0Aend.jpg").name, "line\nend.jpg");
  EXPECT_EQ(child("%FF%FE.jpg").name, "\xff\xfe.jpg");
}

TEST(RetryAfterTest, reads_seconds_and_dates) {
  const auto now = *core::parse_http_date("Sat, 21 Nov 2026 04:12:33 GMT");
  EXPECT_EQ(read_retry_after("90", now), std::chrono::seconds(90));
  EXPECT_EQ(read_retry_after("Sat, 21 Nov 2026 04:13:33 GMT", now), std::chrono::seconds(60));
  EXPECT_EQ(read_retry_after("Sat, 21 Nov 2026 04:11:33 GMT", now), std::chrono::seconds(0));
  EXPECT_EQ(read_retry_after("99999999", now), std::chrono::hours(24));
  EXPECT_EQ(read_retry_after("999999999999999999999999", now), std::chrono::hours(24));
  EXPECT_EQ(read_retry_after("", now), std::nullopt);
  EXPECT_EQ(read_retry_after("-5", now), std::nullopt);
  EXPECT_EQ(read_retry_after("soon", now), std::nullopt);
}

}  // namespace
}  // namespace sightglass::sources::http
