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

}  // namespace sightglass::imaging
