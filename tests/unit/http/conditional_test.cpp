#include "http/conditional.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "core/no_room.hpp"
#include "http/compression.hpp"
#include "http/problem.hpp"

namespace sightglass::http {
namespace {

Response page() {
  Response response = Response::html(200, "0123456789");
  response.headers.add("ETag", "\"v1\"");
  response.headers.add("Last-Modified", "Sat, 21 Nov 2026 04:12:33 GMT");
  return response;
}

Response asked(std::initializer_list<std::pair<std::string, std::string>> headers, Method method = Method::get) {
  Request request;
  request.method = method;
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  Response response = page();
  apply_conditions(request, response);
  return response;
}

std::string text(const Response& response) { return std::get<std::string>(response.body); }

TEST(Conditional, answers_304_to_a_known_etag_and_keeps_the_validators) {
  for (const auto* known : {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*"}) {
    const auto response = asked({{"If-None-Match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.headers.get("ETag"), "\"v1\"");
    EXPECT_FALSE(response.headers.has("Content-Type"));
  }
  EXPECT_EQ(asked({{"If-None-Match", "\"v2\""}}).status, 200);
}

TEST(Conditional, compares_dates_only_without_an_etag) {
  EXPECT_EQ(asked({{"If-Modified-Since", "Sat, 21 Nov 2026 04:12:33 GMT"}}).status, 304);
  EXPECT_EQ(asked({{"If-Modified-Since", "Sat, 21 Nov 2026 04:12:32 GMT"}}).status, 200);
  EXPECT_EQ(asked({{"If-Modified-Since", "nonsense"}}).status, 200);
  EXPECT_EQ(asked({{"If-None-Match", "\"x\""}, {"If-Modified-Since", "Sat, 21 Nov 2026 04:12:33 GMT"}}).status, 200);
}

TEST(Conditional, cuts_the_range_asked_for) {
  EXPECT_EQ(text(asked({{"Range", "bytes=2-4"}})), "234");
  EXPECT_EQ(text(asked({{"Range", "bytes=7-"}})), "789");
  EXPECT_EQ(text(asked({{"Range", "bytes=-3"}})), "789");
  EXPECT_EQ(text(asked({{"Range", "bytes=-30"}})), "0123456789");
  EXPECT_EQ(text(asked({{"Range", "bytes=8-99"}})), "89");
  EXPECT_EQ(asked({{"Range", "bytes=2-4"}}).headers.get("Content-Range"), "bytes 2-4/10");
}

TEST(Conditional, refuses_ranges_outside_and_ignores_odd_ones) {
  const auto outside = asked({{"Range", "bytes=10-"}});
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.headers.get("Content-Range"), "bytes */10");
  EXPECT_EQ(asked({{"Range", "bytes=-0"}}).status, 416);
  for (const auto* odd : {"bytes=4-2", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=-", "bytes=1",
                          "bytes=99999999999999999999-", "bytes=--5"})
    EXPECT_EQ(asked({{"Range", odd}}).status, 200) << odd;
  EXPECT_EQ(asked({{"Range", "bytes=2-4"}}, Method::head).status, 200);
}

TEST(Conditional, heeds_a_range_only_for_the_version_it_was_begun_with) {
  EXPECT_EQ(asked({{"Range", "bytes=2-4"}, {"If-Range", "\"v1\""}}).status, 206);
  EXPECT_EQ(asked({{"Range", "bytes=2-4"}, {"If-Range", "\"v0\""}}).status, 200);
  EXPECT_EQ(asked({{"Range", "bytes=2-4"}, {"If-Range", "W/\"v1\""}}).status, 200);
  EXPECT_EQ(asked({{"Range", "bytes=2-4"}, {"If-Range", "Sat, 21 Nov 2026 04:12:33 GMT"}}).status, 206);
}

TEST(Compression, reads_what_a_client_accepts) {
  for (const auto* accepting : {"gzip", "deflate, gzip;q=0.5", "*", "br, gzip"})
    EXPECT_TRUE(accepts_gzip(accepting)) << accepting;
  for (const auto* refusing : {"", "identity", "gzip;q=0", "gzip; q=0.00, *", "*;q=0"})
    EXPECT_FALSE(accepts_gzip(refusing)) << refusing;
}

TEST(Compression, shrinks_large_text_and_leaves_the_rest) {
  Request request;
  request.headers.add("Accept-Encoding", "gzip");
  const std::string original(5000, 'a');
  Response json = Response::json(200, original);
  compress(request, json);
  EXPECT_EQ(json.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(json.headers.get("Vary"), "Accept-Encoding");
  std::string back(6000, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 31), Z_OK);
  std::string packed = text(json);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(back.data());
  stream.avail_out = static_cast<uInt>(back.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  back.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(back, original);
  Response small = Response::json(200, "{}");
  compress(request, small);
  EXPECT_FALSE(small.headers.has("Content-Encoding"));
  Response picture = Response::html(200, original);
  picture.headers.set("Content-Type", "image/jpeg");
  compress(request, picture);
  EXPECT_EQ(text(picture).size(), original.size());
}

TEST(Problem, maps_every_code_and_knows_the_plain_style) {
  using enum core::ErrorCode;
  const std::vector<std::tuple<core::ErrorCode, int, int>> table{
      {invalid_input, 422, 400}, {unauthenticated, 401, 401}, {permission_denied, 403, 403},
      {not_found, 404, 404},     {conflict, 409, 400},        {unsupported_format, 415, 400},
      {corrupt_image, 422, 400}, {too_large, 413, 413},       {quota_exceeded, 429, 429},
      {timeout, 504, 503},       {cancelled, 503, 503},       {unavailable, 503, 503},
      {internal, 500, 500}};
  for (const auto& [code, structured, plain] : table) {
    EXPECT_EQ(status_of({.code = code, .message = {}}, ErrorStyle::structured), structured);
    EXPECT_EQ(status_of({.code = code, .message = {}}, ErrorStyle::plain), plain);
  }
  EXPECT_EQ(status_of(core::invalid_input("body", ""), ErrorStyle::structured), 400);
  EXPECT_EQ(status_of(core::no_room(""), ErrorStyle::structured), 507);
  EXPECT_EQ(status_of(core::no_room(""), ErrorStyle::plain), 503);
}

TEST(Problem, never_shows_what_happened_inside) {
  const auto response = problem(core::internal_error("table photos is gone", "disk I/O error"), ErrorStyle::structured);
  EXPECT_EQ(text(response).find("photos"), std::string::npos);
  EXPECT_EQ(text(response).find("disk"), std::string::npos);
}

TEST(Problem, writes_each_style) {
  const auto error = core::invalid_input("limit", "<too \"big\">");
  EXPECT_EQ(text(problem(error, ErrorStyle::plain)), R"({"error":"<too \"big\">"})");
  EXPECT_EQ(text(problem(error, ErrorStyle::structured)),
            R"({"error":{"code":"invalid_input","message":"<too \"big\">","details":{"field":"limit"}}})");
  EXPECT_NE(text(problem(error, ErrorStyle::page)).find("&lt;too &quot;big&quot;&gt;"), std::string::npos);
  EXPECT_EQ(problem({.code = core::ErrorCode::unauthenticated, .message = {}}, ErrorStyle::plain)
                .headers.get("WWW-Authenticate"),
            "Bearer");
  EXPECT_TRUE(
      problem({.code = core::ErrorCode::quota_exceeded, .message = {}}, ErrorStyle::plain).headers.has("Retry-After"));
}

}  // namespace
}  // namespace sightglass::http
