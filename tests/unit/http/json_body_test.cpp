#include "http/json_body.hpp"

#include <gtest/gtest.h>

#include <array>

#include "http/query.hpp"
#include "http/request_target.hpp"

namespace sightglass::http {
namespace {

JsonObject object(std::string_view text) {
  auto parsed = JsonObject::parse_text(text);
  EXPECT_TRUE(parsed) << text;
  return std::move(*parsed);
}

template <typename Read>
std::string refused_field(std::string_view text, const Read& read) {
  auto body = object(text);
  read(body);
  const auto finished = body.finish();
  return finished ? "" : finished.error().field;
}

TEST(JsonObject, reads_every_kind_of_member) {
  auto body = object(R"({"s":"é","i":-3,"d":1.5,"b":true,"l":["a","b"],"at":"2026-11-21T04:12:33Z",
                         "id":"0193e7a0-0000-7000-8000-000000000001","job":7,"whole":4.0})");
  EXPECT_EQ(body.required_string("s", 1), "é");
  EXPECT_EQ(body.required_integer("i", {.least = -3, .most = 3}), -3);
  EXPECT_EQ(body.required_number("d"), 1.5);
  EXPECT_TRUE(body.required_boolean("b"));
  EXPECT_EQ(body.required_strings("l"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(body.optional_instant("at"));
  EXPECT_EQ(body.required_id<core::PhotoId>("id").to_string(), "0193e7a0-0000-7000-8000-000000000001");
  EXPECT_EQ(body.optional_job("job"), core::JobId{7});
  EXPECT_EQ(body.optional_integer("whole"), 4);
  EXPECT_TRUE(body.finish());
}

TEST(JsonObject, tells_null_from_absent) {
  auto body = object(R"({"cleared":null,"set":"x"})");
  const auto cleared = body.patched_string("cleared", 10);
  const auto set = body.patched_string("set", 10);
  const auto absent = body.patched_string("absent", 10);
  EXPECT_TRUE(cleared.is_present && !cleared.value);
  EXPECT_TRUE(set.is_present && set.value == "x");
  EXPECT_FALSE(absent.is_present);
  EXPECT_TRUE(body.finish());
}

TEST(JsonObject, names_the_field_that_is_wrong) {
  EXPECT_EQ(refused_field(R"({"a":1})", [](auto& b) { b.required_string("a", 9); }), "a");
  EXPECT_EQ(refused_field(R"({})", [](auto& b) { b.required_string("a", 9); }), "a");
  EXPECT_EQ(refused_field(R"({"a":null})", [](auto& b) { b.required_boolean("a"); }), "a");
  EXPECT_EQ(refused_field(R"({"a":"toolong"})", [](auto& b) { b.optional_string("a", 3); }), "a");
  EXPECT_EQ(refused_field(R"({"a":"x\u0000"})", [](auto& b) { b.optional_string("a", 9); }), "a");
  EXPECT_EQ(refused_field(R"({"a":"x\u0000"})", [](auto& b) { b.required_secret("a", 9); }), "a");
  EXPECT_EQ(refused_field(R"({"a":1.5})", [](auto& b) { b.optional_integer("a"); }), "a");
  EXPECT_EQ(refused_field(R"({"a":1e300})", [](auto& b) { b.optional_integer("a"); }), "a");
  EXPECT_EQ(refused_field(R"({"a":18446744073709551615})", [](auto& b) { b.optional_integer("a"); }), "a");
  EXPECT_EQ(refused_field(R"({"a":91})", [](auto& b) { b.optional_number("a", {.least = -90, .most = 90}); }), "a");
  EXPECT_EQ(refused_field(R"({"a":["x",1]})", [](auto& b) { b.optional_strings("a"); }), "a");
  EXPECT_EQ(refused_field(R"({"a":["x","y"]})", [](auto& b) { b.optional_strings("a", {.max_items = 1}); }), "a");
  EXPECT_EQ(refused_field(R"({"a":["x"]})", [](auto& b) { b.template required_ids<core::PhotoId>("a", 9); }), "a");
  EXPECT_EQ(refused_field(R"({"a":0})", [](auto& b) { b.optional_job("a"); }), "a");
  EXPECT_EQ(refused_field(R"({"a":1,"zz":2})", [](auto& b) { b.optional_integer("a"); }), "zz");
}

TEST(JsonObject, refuses_what_is_no_json_object_naming_the_body) {
  for (const std::string& text : {std::string(""), std::string("{"), std::string("[]"), std::string("{\"a\":1}x"),
                                  std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":NaN}"),
                                  "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"}) {
    const auto parsed = JsonObject::parse_text(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().field, "body") << text;
  }
}

TEST(JsonObject, takes_only_json_content) {
  Request request;
  request.body = "{}";
  EXPECT_EQ(JsonObject::parse(request).error().code, core::ErrorCode::unsupported_format);
  request.headers.set("Content-Type", "Application/JSON; charset=utf-8");
  EXPECT_TRUE(JsonObject::parse(request));
  request.headers.set("Content-Type", "application/jsonp");
  EXPECT_FALSE(JsonObject::parse(request));
  request.body.clear();
  EXPECT_TRUE(JsonObject::parse(request, true));
}

Request asking(std::string_view query) {
  Request request;
  request.query = parse_target("/?" + std::string(query)).value_or(RequestTarget{}).query;
  return request;
}

TEST(QueryReader, reads_every_kind_of_parameter) {
  const auto request =
      asking("q=a+b&limit=50&all=true&from=2026-01-01&bbox=170,-10,-170,10&tag=x&tag=y&sort=name&none=");
  QueryReader query(request);
  constexpr std::array<std::string_view, 2> sorts{"name", "date"};
  EXPECT_EQ(query.text("q"), "a b");
  EXPECT_EQ(query.integer("limit", {.least = 1, .most = 500}), 50);
  EXPECT_EQ(query.boolean("all"), true);
  EXPECT_TRUE(query.instant("from"));
  EXPECT_EQ(query.box("bbox").value_or(core::GeoBox{}).west, 170);
  EXPECT_EQ(query.texts("tag"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(query.choice("sort", sorts), "name");
  EXPECT_EQ(query.text("none"), std::nullopt);
  EXPECT_TRUE(query.finish());
}

TEST(QueryReader, names_the_parameter_that_is_wrong) {
  const auto field = [](std::string_view text, const auto& read) {
    const auto request = asking(text);
    QueryReader query(request);
    read(query);
    const auto finished = query.finish();
    return finished ? std::string() : finished.error().field;
  };
  const auto limit = [](QueryReader& query) { query.integer("limit", {.least = 1, .most = 500}); };
  for (const auto* text : {"limit=0", "limit=-1", "limit=501", "limit=x", "limit=1.5", "limit=1&limit=2", "limit=%2B5"})
    EXPECT_EQ(field(text, limit), "limit") << text;
  EXPECT_EQ(field("limit=5&surprise=1", limit), "surprise");
  const auto box = [](QueryReader& query) { query.box("bbox"); };
  for (const auto* text : {"bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=0,10,0,-10", "bbox=181,0,0,0",
                           "bbox=nan,0,0,0", "bbox=,,,"})
    EXPECT_EQ(field(text, box), "bbox") << text;
  EXPECT_EQ(field("id=17", [](QueryReader& query) { query.id<core::PhotoId>("id"); }), "id");
  EXPECT_EQ(field("at=yesterday", [](QueryReader& query) { query.instant("at"); }), "at");
}

}  // namespace
}  // namespace sightglass::http
