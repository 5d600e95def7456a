#include "http/tile_server.hpp"

#include <gtest/gtest.h>

#include "http/page_policy.hpp"

namespace sightglass::http {
namespace {

TEST(TileServer, tells_the_origin_of_its_pattern) {
  EXPECT_EQ(origin_of_tiles("https://tiles.example.org/{z}/{x}/{y}.png"), "https://tiles.example.org");
  EXPECT_EQ(origin_of_tiles("http://10.0.0.4:8081/styles/a/{z}/{x}/{y}@2x.png?key=1&s=b"), "http://10.0.0.4:8081");
}

TEST(TileServer, is_refused_when_a_policy_could_read_more_than_an_origin_of_it) {
  for (const auto* pattern : {"",
                              "tiles.example.org/{z}/{x}/{y}",
                              "ftp://a/{z}/{x}/{y}",
                              "javascript:{z}{x}{y}",
                              "https:///{z}/{x}/{y}",
                              "https://{z}/{x}/{y}",
                              "https://*.example.org/{z}/{x}/{y}",
                              "https://a b/{z}/{x}/{y}",
                              "https://a;script-src/{z}/{x}/{y}",
                              "https://user@a/{z}/{x}/{y}",
                              "https://a:/{z}/{x}/{y}",
                              "https://a:123456/{z}/{x}/{y}",
                              "https://a:x/{z}/{x}/{y}",
                              "https://a",
                              "https://a/{z}/{x}",
                              "https://a/{z}/{x}/{y}/{s}",
                              "https://a/{z}/{x}/{y}/{y}",
                              "https://a/{z}/{x}/{y}'",
                              "https://a/{z}/{x}/{y} ",
                              "https://a/{z}/{x}/{y}\n",
                              "https://\xc3\xa4/{z}/{x}/{y}"}) {
    const auto origin = origin_of_tiles(pattern);
    ASSERT_FALSE(origin) << pattern;
    EXPECT_EQ(origin.error().code, core::ErrorCode::invalid_input);
    EXPECT_FALSE(origin.error().message.empty());
  }
  EXPECT_FALSE(origin_of_tiles("https://a/{z}/{x}/{y}" + std::string(500, 'a')));
}

TEST(PagePolicy, allows_pictures_of_one_origin_more) {
  EXPECT_NE(page_policy().find("img-src 'self' blob: data:;"), std::string::npos);
  EXPECT_NE(page_policy("https://a:1").find("img-src 'self' blob: data: https://a:1;"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::http
