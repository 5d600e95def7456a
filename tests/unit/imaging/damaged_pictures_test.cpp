// What is kept of a picture that was cut short, and when nothing is.
#include <gtest/gtest.h>

#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {

namespace {

core::Result<DerivedImages> derive(std::string_view bytes, bool allow_damaged) {
  const auto file = test::file_of(bytes);
  pipeline::PictureDecoder decoder;
  return decoder.derive(file.get(), {.allow_damaged = allow_damaged}, {});
}

}  // namespace

class CutPicture : public testing::TestWithParam<const char*> {};

TEST_P(CutPicture, keeps_its_top_when_damage_is_allowed) {
  const auto whole = test::make_file({.upright = {800, 600}, .suffix = GetParam()});
  const auto cut = std::string_view(whole).substr(0, whole.size() * 7 / 10);
  const auto refused = derive(cut, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::corrupt_image);
  const auto kept = derive(cut, true);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_TRUE(kept->is_damaged);
  EXPECT_FALSE(kept->damage.empty());
  EXPECT_EQ(kept->size, (core::Size{800, 600}));
  const auto picture = test::decode_jpeg(kept->display_jpeg);
  EXPECT_LE(test::difference(picture.near(0.1, 0.1), test::top_left), 25);
  EXPECT_LE(test::difference(picture.near(0.9, 0.1), test::top_right), 25);
}

INSTANTIATE_TEST_SUITE_P(Jpeg, CutPicture, testing::Values(".jpg[Q=95]", ".jpg[Q=95,interlace]"));

// Kept only when it shows something (libpng gives no row of a file this short): a damaged picture of one colour is
// refused as if damage were not allowed.
class CutBeyondUse : public testing::TestWithParam<const char*> {};

TEST_P(CutBeyondUse, is_refused_or_shows_its_top) {
  const auto whole = test::make_file({.upright = {800, 600}, .suffix = GetParam()});
  for (const std::size_t tenths : {1U, 3U, 5U, 7U, 9U}) {
    const auto outcome = derive(std::string_view(whole).substr(0, whole.size() * tenths / 10), true);
    if (!outcome) {
      EXPECT_EQ(outcome.error().code, core::ErrorCode::corrupt_image) << outcome.error().message;
      continue;
    }
    EXPECT_TRUE(outcome->is_damaged);
    const auto picture = test::decode_jpeg(outcome->display_jpeg);
    EXPECT_LE(test::difference(picture.near(0.1, 0.02), test::top_left), 25) << tenths;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, CutBeyondUse, testing::Values(".png", ".tif", ".webp"));

}  // namespace sightglass::imaging
