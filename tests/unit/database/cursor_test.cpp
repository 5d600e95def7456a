#include "database/cursor.hpp"

#include <gtest/gtest.h>

namespace sightglass::database {
namespace {

const photos::PageKey key{.at = core::from_micros(-5), .id = core::PhotoId::make(core::from_micros(1))};

TEST(Cursor, comes_back_as_the_key_it_was_made_of) {
  const auto decoded = decode_cursor(encode_cursor(photos::Sort::newest_taken, key), photos::Sort::newest_taken);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->at, key.at);
  EXPECT_EQ(decoded->id, key.id);
}

TEST(Cursor, of_another_sort_or_list_is_refused_naming_the_field) {
  const std::string text = encode_cursor(photos::Sort::newest_taken, key);
  EXPECT_EQ(decode_cursor(text, photos::Sort::oldest_taken).error().field, "cursor");
  EXPECT_EQ(decode_cursor(text, "jobs").error().code, core::ErrorCode::invalid_input);
}

TEST(Cursor, with_any_character_changed_is_refused) {
  const std::string text = encode_cursor("jobs", {.number = 7});
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char character : {'A', 'z', '-', '=', '\0'}) {
      std::string changed = text;
      changed[i] = character;
      EXPECT_EQ(decode_cursor(changed, "jobs").has_value(), changed == text);
    }
}

TEST(Cursor, from_nowhere_is_refused) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(40, 'A'), std::string(41, 'A'),
                                  std::string(100'000, '_'), std::string("' OR 1=1 --")})
    EXPECT_FALSE(decode_cursor(text, "jobs"));
}

}  // namespace
}  // namespace sightglass::database
