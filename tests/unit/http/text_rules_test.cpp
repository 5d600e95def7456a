#include "http/text_rules.hpp"

#include <gtest/gtest.h>

namespace sightglass::http {
namespace {

TEST(TextRules, counts_characters_and_not_bytes) {
  EXPECT_EQ(count_characters("Z\xC3\xBCrich \xF0\x9F\x94\xA5"), 8U);
  EXPECT_TRUE(check_text("f", std::string(4, 'x'), 4).has_value());
  EXPECT_FALSE(check_text("f", std::string(5, 'x'), 4).has_value());
}

TEST(TextRules, refuses_what_is_no_utf8) {
  for (const char* text : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    EXPECT_EQ(count_characters(text), std::string_view::npos);
    EXPECT_EQ(check_text("f", text, 100).error().field, "f");
  }
}

TEST(TextRules, splits_trims_and_merges_tags) {
  EXPECT_EQ(parse_tags(" a, b ,,a").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parse_tags(R"(["a, b","c"])").value(), (std::vector<std::string>{"a, b", "c"}));
  EXPECT_TRUE(parse_tags("").value().empty());
}

TEST(TextRules, limits_tags_in_number_and_length) {
  std::string many = "t0";
  for (int i = 1; i < 50; ++i) many += ",t" + std::to_string(i);
  EXPECT_TRUE(parse_tags(many).has_value());
  EXPECT_EQ(parse_tags(many + ",one more").error().field, "tags");
  EXPECT_EQ(parse_tags(std::string(65, 'x')).error().field, "tags");
  EXPECT_EQ(parse_tags("[\"a\"").error().field, "tags");
}

TEST(TextRules, shows_the_last_segment_of_a_name_without_controls) {
  EXPECT_EQ(shown_filename("../../etc/passwd"), "passwd");
  EXPECT_EQ(shown_filename("C:\\pictures\\a.jpg"), "a.jpg");
  EXPECT_EQ(shown_filename(std::string("a\0b\nc.jpg", 9)), "abc.jpg");
  EXPECT_EQ(shown_filename("\xff.jpg"), "\xef\xbf\xbd.jpg");
  EXPECT_EQ(shown_filename(".."), "..") << "only ever shown";
}

TEST(TextRules, cuts_long_names_at_a_characters_border) {
  std::string name;
  for (int i = 0; i < 2000; ++i) name += "\xC3\xBC";
  const auto shown = shown_filename("x" + name);
  EXPECT_LE(shown.size(), max_filename_bytes);
  EXPECT_NE(count_characters(shown), std::string_view::npos);
}

}  // namespace
}  // namespace sightglass::http
