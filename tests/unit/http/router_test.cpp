#include "http/router.hpp"

#include <gtest/gtest.h>

#include "http/request_target.hpp"

namespace sightglass::http {
namespace {

Endpoint row(Method method, std::string_view pattern) {
  Endpoint endpoint;
  endpoint.method = method;
  endpoint.pattern = pattern;
  return endpoint;
}

class Routes : public ::testing::Test {
 protected:
  EndpointTable table{row(Method::get, "/"),
                      row(Method::get, "/{page}"),
                      row(Method::get, "/job/{id}"),
                      row(Method::get, "/job/image/{job_id}/{filename}"),
                      row(Method::get, "/photos/{id}"),
                      row(Method::get, "/photos/statistics"),
                      row(Method::patch, "/photos/{id}"),
                      row(Method::get, "/assets/{path*}")};
  Router router{table};
  std::string_view pattern(Method method, std::string_view path) const {
    const auto* endpoint = router.match(method, path).endpoint;
    return endpoint == nullptr ? "none" : endpoint->pattern;
  }
};

TEST_F(Routes, match_with_and_without_a_trailing_slash) {
  EXPECT_EQ(pattern(Method::get, "/job/7"), "/job/{id}");
  EXPECT_EQ(pattern(Method::get, "/job/7/"), "/job/{id}");
  EXPECT_EQ(pattern(Method::get, "/job/7//"), "none");
  EXPECT_EQ(pattern(Method::get, "/"), "/");
  EXPECT_EQ(pattern(Method::get, "//"), "none");
}

TEST_F(Routes, prefer_literals_to_captures_whatever_the_order) {
  EXPECT_EQ(pattern(Method::get, "/photos/statistics"), "/photos/statistics");
  EXPECT_EQ(pattern(Method::get, "/photos/17"), "/photos/{id}");
  EXPECT_EQ(pattern(Method::patch, "/photos/statistics"), "/photos/{id}");
}

TEST_F(Routes, capture_segments_and_rests) {
  const auto image = router.match(Method::get, "/job/image/7/img a.jpg");
  EXPECT_EQ(image.captures.get("job_id"), "7");
  EXPECT_EQ(image.captures.get("filename"), "img a.jpg");
  EXPECT_EQ(router.match(Method::get, "/assets/a/b.js").captures.get("path"), "a/b.js");
  EXPECT_EQ(pattern(Method::get, "/assets/"), "/{page}");
}

TEST_F(Routes, serve_head_from_get_rows) { EXPECT_EQ(pattern(Method::head, "/job/7"), "/job/{id}"); }

TEST_F(Routes, tell_an_unknown_path_from_an_unknown_method) {
  EXPECT_EQ(router.match(Method::delete_, "/photos/17").allow, "GET, HEAD, PATCH, OPTIONS");
  EXPECT_EQ(router.match(Method::get, "/a/b/c").allow, "");
}

TEST(RequestTarget, decodes_path_and_query_once) {
  const auto target = parse_target("/a%20b/%2541?q=x+y%26&empty=&q=2&&flag");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/%41");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"q", "x y&"}, {"empty", ""}, {"q", "2"}, {"flag", ""}};
  EXPECT_EQ(target->query.pairs(), expected);
}

TEST(RequestTarget, refuses_what_is_malformed_naming_the_target) {
  for (const auto* target : {"", "a", "*", "http://host/a", "/a%", "/a%4", "/a%zz", "/%00", "/a%0ab", "/a%2Fb",
                             "/a%5cb", "/./a", "/a/..", "/%2e%2e/a", "/a#b", "/a?x=%", "/a?%g0=1"}) {
    const auto outcome = parse_target(target);
    ASSERT_FALSE(outcome) << target;
    EXPECT_EQ(outcome.error().field, "target") << target;
  }
  EXPECT_TRUE(parse_target("/..a/b..c/..."));
}

TEST(RequestTarget, bounds_length_and_parameters) {
  EXPECT_EQ(parse_target("/" + std::string(8192, 'a')).error().code, core::ErrorCode::too_large);
  std::string many = "/?";
  for (int i = 0; i < 101; ++i) many += "a&";
  EXPECT_FALSE(parse_target(many));
}

TEST(RequestTarget, encodes_what_it_decodes) {
  const std::string text = "/job/7?a=\xC3\xA9 &%";
  EXPECT_EQ(percent_decoded(percent_encoded(text)).value_or(""), text);
}

}  // namespace
}  // namespace sightglass::http
