#include "core/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sightglass::core {
namespace {

TEST(JsonWriter, puts_commas_where_they_belong) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("a", 1).member("b", true).key("c").begin_array().integer(1).string("x").null();
  json.begin_object().end_object().end_array().member("d", std::optional<double>{}).member("e", 0.5).end_object();
  EXPECT_EQ(text, R"({"a":1,"b":true,"c":[1,"x",null,{}],"d":null,"e":0.5})");
}

TEST(JsonWriter, escapes_what_must_be_escaped) {
  EXPECT_EQ(json_quoted("a\"b\\c\n\t\x01/é"), "\"a\\\"b\\\\c\\n\\t\\u0001/é\"");
  EXPECT_EQ(json_quoted(std::string_view("\0x", 2)), "\"\\u0000x\"");
}

TEST(JsonWriter, replaces_bytes_that_are_not_utf8) {
  EXPECT_EQ(json_quoted("a\xff z"), "\"a\xef\xbf\xbd z\"");
  EXPECT_EQ(json_quoted("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");                  // overlong
  EXPECT_EQ(json_quoted("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");  // a surrogate
  EXPECT_EQ(json_quoted("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");                  // cut short
  EXPECT_EQ(json_quoted("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
}

TEST(JsonWriter, numbers_that_json_lacks_become_null) {
  std::string text;
  JsonWriter json(text);
  json.begin_array().number(std::numeric_limits<double>::quiet_NaN()).number(-std::numeric_limits<double>::infinity());
  json.number(1e300).end_array();
  EXPECT_EQ(text, "[null,null,1e+300]");
}

}  // namespace
}  // namespace sightglass::core
