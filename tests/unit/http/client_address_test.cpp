#include "http/client_address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sightglass::http {
namespace {

TrustedProxies trusting(const std::vector<std::string>& networks) {
  auto proxies = TrustedProxies::parse(networks);
  EXPECT_TRUE(proxies) << proxies.error().message;
  return std::move(*proxies);
}

// Whom a request from 10.0.0.1 comes from when these X-Forwarded-For lines came with it.
std::string client_of(const std::vector<std::string>& lines) {
  static const auto proxies = trusting({"10.0.0.0/8", "2001:db8:1::/48"});
  Headers headers;
  for (const auto& line : lines) headers.add("x-forwarded-for", line);
  return client_behind(proxies, "10.0.0.1", headers).address;
}

TEST(TrustedProxies, know_addresses_and_networks_of_both_families) {
  const auto proxies = trusting({"192.0.2.7", "10.0.0.0/8", "172.16.0.0/12", "2001:db8::/33", "::1"});
  for (const auto* inside :
       {"192.0.2.7", "10.255.0.1", "172.31.255.255", "2001:db8:7fff::1", "::1", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(proxies.contains(inside)) << inside;
  }
  for (const auto* outside : {"192.0.2.8", "11.0.0.0", "172.32.0.0", "2001:db8:8000::1", "::2", "", "proxy"}) {
    EXPECT_FALSE(proxies.contains(outside)) << outside;
  }
  EXPECT_FALSE(TrustedProxies().contains("127.0.0.1")) << "by default nobody is believed";
  EXPECT_TRUE(trusting({"0.0.0.0/0"}).contains("203.0.113.9"));
  EXPECT_FALSE(trusting({"0.0.0.0/0"}).contains("2001:db8::1")) << "all of IPv4 is not all of IPv6";
  EXPECT_TRUE(trusting({"::/0"}).contains("2001:db8::1"));
}

TEST(TrustedProxies, refuse_by_name_what_is_no_network) {
  for (const auto* wrong : {"proxy.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0", "/8",
                            "2001:db8::/129", "10.0.0.1:80", "[::1]", "", "10.0.0.0/8x"}) {
    const auto proxies = TrustedProxies::parse({"192.0.2.1", wrong});
    ASSERT_FALSE(proxies) << wrong;
    EXPECT_EQ(proxies.error().field, "trusted_proxies");
    EXPECT_NE(proxies.error().message.find('"' + std::string(wrong) + '"'), std::string::npos);
  }
}

TEST(ClientBehind, is_the_right_most_address_that_is_no_proxy) {
  EXPECT_EQ(client_of({"203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(client_of({"198.51.100.1, 203.0.113.9"}), "203.0.113.9") << "what the client wrote itself is not believed";
  EXPECT_EQ(client_of({"198.51.100.1, 203.0.113.9, 10.0.0.2,2001:db8:1::5"}), "203.0.113.9");
  EXPECT_EQ(client_of({"198.51.100.1", "203.0.113.9", "10.0.0.2"}), "203.0.113.9") << "lines are one list";
  EXPECT_EQ(client_of({"10.0.0.3, 10.0.0.2"}), "10.0.0.3") << "a request of the innermost proxy itself";
}

TEST(ClientBehind, reads_ports_brackets_and_long_forms_into_one_text) {
  EXPECT_EQ(client_of({"203.0.113.9:4711"}), "203.0.113.9");
  EXPECT_EQ(client_of({"[2001:db8::9]:4711"}), "2001:db8::9");
  EXPECT_EQ(client_of({"[2001:db8::9]"}), "2001:db8::9");
  EXPECT_EQ(client_of({"2001:DB8:0:0:0:0:0:9"}), "2001:db8::9");
  EXPECT_EQ(client_of({"::ffff:203.0.113.9"}), "203.0.113.9");
}

TEST(ClientBehind, is_the_last_who_was_vouched_for_where_the_list_turns_to_nonsense) {
  EXPECT_EQ(client_of({}), "10.0.0.1");
  for (const std::string nonsense :
       {"", " ", ",", "unknown", "_hidden", "203.0.113", "203.0.113.9:", "203.0.113.9:x", "203.0.113.9:123456",
        "[2001:db8::9", "[2001:db8::9]80", "[203.0.113.9]", "fe80::1%eth0", "203.0.113.9;", "1:2:3:4:5:6:7:8:9",
        "\"203.0.113.9\"", "203.0.113.9 203.0.113.8", "0x7f.1", "999.1.1.1"}) {
    EXPECT_EQ(client_of({nonsense}), "10.0.0.1") << nonsense;
    EXPECT_EQ(client_of({nonsense + ", 10.0.0.7"}), "10.0.0.7") << nonsense;
    EXPECT_EQ(client_of({nonsense + ", 203.0.113.9"}), "203.0.113.9") << nonsense;
  }
  EXPECT_EQ(client_of({std::string(16'000, '1')}), "10.0.0.1");
  EXPECT_EQ(client_of({std::string("203.0.113.9\0", 12)}), "10.0.0.1");
}

TEST(ClientBehind, reads_only_the_right_end_of_a_list_of_thousands) {
  std::string list = "203.0.113.9";
  for (int i = 0; i < 1000; ++i) list += ", 10.0.0.2";
  EXPECT_EQ(client_of({list}), "10.0.0.2");
}

TEST(ClientBehind, was_secure_when_the_nearest_proxy_says_so) {
  const auto proxies = trusting({"10.0.0.1"});
  const std::vector<std::pair<std::string, bool>> table{{"https", true},       {"HTTPS", true},        {"http", false},
                                                        {"http, https", true}, {"https, http", false}, {"", false},
                                                        {"httpss", false}};
  for (const auto& [value, is_secure] : table) {
    Headers headers;
    headers.add("X-Forwarded-Proto", value);
    EXPECT_EQ(client_behind(proxies, "10.0.0.1", headers).is_secure, is_secure) << value;
  }
}

Request from(const std::string& peer, const std::vector<std::pair<std::string, std::string>>& headers) {
  Request request;
  request.peer = peer;
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

TEST(LocalProgram, is_who_asks_from_loopback_by_a_name_of_loopback) {
  for (const auto* peer : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    for (const auto* host : {"localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"})
      EXPECT_TRUE(is_local_program(from(peer, {{"Host", host}}))) << peer << ' ' << host;
  }
}

TEST(LocalProgram, is_nobody_elsewhere_and_no_name_that_was_made_to_point_here) {
  EXPECT_FALSE(is_local_program(from("192.0.2.1", {{"Host", "127.0.0.1"}})));
  EXPECT_FALSE(is_local_program(from("::ffff:192.0.2.1", {{"Host", "127.0.0.1"}})));
  for (const auto* host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "0.0.0.0"})
    EXPECT_FALSE(is_local_program(from("127.0.0.1", {{"Host", host}}))) << host;
}

TEST(LocalProgram, is_neither_browser_nor_proxy) {
  for (const auto* header : {"Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"})
    EXPECT_FALSE(is_local_program(from("127.0.0.1", {{"Host", "localhost"}, {header, "x"}}))) << header;
}

}  // namespace
}  // namespace sightglass::http
