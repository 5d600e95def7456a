#include "net/address_rules.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

#include "net/http_client.hpp"
#include "support/tiny_server.hpp"

namespace sightglass::net {
namespace {

bool is_public_text(const std::string& text) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1)
    return is_public(reinterpret_cast<const sockaddr&>(four), sizeof four);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr), 1) << text;
  return is_public(reinterpret_cast<const sockaddr&>(six), sizeof six);
}

TEST(AddressRulesTest, forbids_what_is_not_in_the_public_internet) {
  for (const char* text :
       {"0.0.0.0",    "0.255.255.255",   "10.0.0.0",     "10.255.255.255",  "100.64.0.0",  "100.127.255.255",
        "127.0.0.1",  "127.255.255.255", "169.254.0.1",  "169.254.169.254", "172.16.0.0",  "172.31.255.255",
        "192.0.0.0",  "192.0.0.255",     "192.0.2.1",    "192.88.99.1",     "192.168.0.1", "192.168.255.255",
        "198.18.0.0", "198.19.255.255",  "198.51.100.7", "203.0.113.255",   "224.0.0.1",   "239.255.255.255",
        "240.0.0.1",  "255.255.255.255"})
    EXPECT_FALSE(is_public_text(text)) << text;
  for (const char* text : {"::",      "::1",       "fc00::1",    "fdff::1",     "fe80::1", "febf::1",     "fec0::1",
                           "feff::1", "ff02::1",   "ff0e::1",    "2001:db8::1", "3fff::1", "3fff:fff::1", "100::1",
                           "5f00::1", "2001:2::1", "2001:10::1", "2001:20::1",  "4000::1", "e000::1"})
    EXPECT_FALSE(is_public_text(text)) << text;
}

TEST(AddressRulesTest, allows_what_lies_beside_it) {
  for (const char* text : {"1.1.1.1",         "9.255.255.255", "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
                           "126.255.255.255", "128.0.0.1",     "169.253.255.255", "169.255.0.0",     "172.15.255.255",
                           "172.32.0.0",      "192.0.1.0",     "192.0.3.0",       "192.167.255.255", "192.169.0.0",
                           "198.17.255.255",  "198.20.0.0",    "203.0.112.255",   "203.0.114.0",     "223.255.255.255"})
    EXPECT_TRUE(is_public_text(text)) << text;
  for (const char* text : {"2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2606:4700::1111",
                           "2a00:1450:4001::1", "3ffe:1000::1"})
    EXPECT_TRUE(is_public_text(text)) << text;
}

TEST(AddressRulesTest, judges_the_address_inside_of_another) {
  for (const char* text :
       {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8",
        "::127.0.0.1", "::8.8.8.8", "64:ff9b::10.1.2.3", "64:ff9b::127.0.0.1", "64:ff9b:1::8.8.8.8",
        "64:ff9b:1:abcd::1", "64:ff9b:0:1::8.8.8.8", "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::", "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:192.168.1.1"})
    EXPECT_FALSE(is_public_text(text)) << text;
  for (const char* text : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2606:4700::5efe:8.8.8.8"})
    EXPECT_TRUE(is_public_text(text)) << text;
}

TEST(AddressRulesTest, forbids_other_families_and_what_is_cut_off) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(is_public(reinterpret_cast<const sockaddr&>(local), sizeof local));
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(0x08080808);
  EXPECT_TRUE(is_public(reinterpret_cast<const sockaddr&>(four), sizeof four));
  EXPECT_FALSE(is_public(reinterpret_cast<const sockaddr&>(four), 4));
}

class PublicOnlyTest : public ::testing::Test {
 protected:
  void expect_refused(HttpClient& client, const std::string& url) {
    const auto answer = client.perform({.url = url});
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, core::ErrorCode::permission_denied) << url << ": " << answer.error().cause;
    EXPECT_EQ(answer.error().field, forbidden_address_field) << url;
  }

  std::atomic<int> asked = 0;
  test::TinyServer server{[this](const test::TinyRequest&) {
    ++asked;
    return test::TinyReply{};
  }};
  std::string port = std::to_string(server.port());
};

TEST_F(PublicOnlyTest, refuses_every_way_to_write_a_forbidden_address) {
  const auto client = make_http_client({.addresses = Addresses::public_only});
  for (const char* host : {"127.0.0.1",
                           "2130706433",
                           "0177.0.0.1",
                           "0x7f000001",
                           "0x7f.1",
                           "127.1",
                           "127.0.1",

                           "0",
                           "0.0.0.0",
                           "localhost",
                           "LOCALHOST",

                           "[::1]",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[0:0:0:0:0:ffff:127.0.0.1]",
                           "[::127.0.0.1]",
                           "[64:ff9b::127.0.0.1]",
                           "[2002:7f00:1::1]",
                           "10.0.0.1",
                           "169.254.169.254",
                           "192.168.0.1",
                           "100.64.0.1",
                           "[fe80::1]",
                           "[fd00::1]"})
    expect_refused(*client, "http://" + std::string(host) + ":" + port + "/");
  // Full-width and circled digits become plain ones where the name is prepared, and name services differ about a dot at
  // the end; however that goes, nobody is spoken to.
  for (const char* host :
       {"127.0.0.1.", "localhost.", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1"})
    EXPECT_FALSE(client->perform({.url = "http://" + std::string(host) + ":" + port + "/"})) << host;
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(PublicOnlyTest, judges_the_address_that_a_name_leads_to_when_it_is_connected_to) {
  int looks = 0;
  const auto client = make_http_client({.connect_deadline = std::chrono::milliseconds(200),
                                        .addresses = Addresses::public_only,
                                        .names = [&]() -> std::vector<std::string> {
                                          // "-" forgets what was known, as a name's short life would.
                                          const std::string name = "camera.test:" + port;
                                          const bool is_first = looks++ == 0;
                                          return {"-" + name, name + (is_first ? ":203.0.114.1" : ":127.0.0.1")};
                                        }});
  const std::string url = "http://camera.test:" + port + "/";
  const auto first = client->perform({.url = url, .deadline = std::chrono::seconds(2)});
  EXPECT_TRUE(first || first.error().code != core::ErrorCode::permission_denied);
  expect_refused(*client, url);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(PublicOnlyTest, refuses_each_address_of_a_name_that_has_several) {
  const auto client =
      make_http_client({.addresses = Addresses::public_only, .names = [&] {
                          return std::vector<std::string>{"camera.test:" + port + ":10.0.0.1,[::1],127.0.0.1"};
                        }});
  expect_refused(*client, "http://camera.test:" + port + "/");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(PublicOnlyTest, uses_no_proxy_that_would_connect_in_its_place) {
  ASSERT_EQ(::setenv("http_proxy", server.address().c_str(), 1), 0);
  const auto careful = make_http_client({.addresses = Addresses::public_only});
  expect_refused(*careful, "http://127.0.0.1:" + port + "/");
  EXPECT_EQ(asked, 0);
  ASSERT_EQ(::unsetenv("http_proxy"), 0);
}

TEST_F(PublicOnlyTest, leaves_a_client_for_any_address_as_it_was) {
  const auto client = make_http_client({});
  EXPECT_TRUE(client->perform({.url = server.address()}));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace sightglass::net
