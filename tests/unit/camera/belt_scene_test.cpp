#include "camera/simulated/belt_scene.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sightglass::camera {
namespace {

TEST(BeltParts, have_defects_as_often_as_was_asked) {
  std::array<int, 5> kinds{};
  int defective = 0;
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    const Part part = part_at(11, 0.25, i);
    if (!part.defect) continue;
    ++defective;
    ++kinds.at(static_cast<std::size_t>(*part.defect));
  }
  EXPECT_NEAR(defective, 500, 60);
  for (const int count : kinds) EXPECT_GT(count, 60);
  EXPECT_FALSE(part_at(11, 0, 3).defect);
  EXPECT_TRUE(part_at(11, 1, 3).defect);
}

// Of a picture with a part in the middle: how many values differ from those of the same part without its defect.
std::size_t marks_of(Defect defect) {
  Plates plates(1, 0.5);
  const PlateSprite whole = plates.of({.turn = 2});
  const PlateSprite& marred = plates.of({.index = 4, .defect = defect, .turn = 2});
  std::size_t differing = 0;
  for (std::size_t i = 0; i < whole.pixels.size(); ++i) {
    if (whole.pixels[i].colour != marred.pixels[i].colour || whole.pixels[i].cover != marred.pixels[i].cover)
      ++differing;
  }
  return differing;
}

TEST(BeltParts, show_their_defects) {
  for (const Defect defect :
       {Defect::scratch, Defect::missing_hole, Defect::stain, Defect::dent, Defect::broken_corner}) {
    EXPECT_GT(marks_of(defect), 100U) << name_of(defect);
    EXPECT_LT(marks_of(defect), 12'000U) << name_of(defect);
  }
}

TEST(BeltScene, brings_one_part_after_the_other_past_the_lens) {
  BeltScene scene(*parse_simulated_address("scene:belt?size=320x256&defects=0"));
  Light middle;
  Light later;
  Light next;
  ASSERT_TRUE(scene.show(BeltScene::frames_per_part * 3, false, middle));
  ASSERT_TRUE(scene.show(BeltScene::frames_per_part * 3 + 6, false, later));
  ASSERT_TRUE(scene.show(BeltScene::frames_per_part * 4, false, next));
  const auto brightness = [](const Light& light, std::size_t x, std::size_t y) { return light.rgb[(y * 320 + x) * 3]; };
  // Left of the bore there is metal; a quarter of a part later it has moved on to the left, and belt has come on the
  // right.
  EXPECT_GT(brightness(middle, 100, 128), 1'500);
  EXPECT_GT(brightness(middle, 220, 128), 1'500);
  EXPECT_GT(brightness(later, 30, 128), 1'500);
  EXPECT_LT(brightness(later, 220, 128), 800);
  EXPECT_GT(brightness(next, 100, 128), 1'500);
}

TEST(BeltScene, has_each_part_in_the_middle_where_a_light_barrier_sees_it) {
  BeltScene scene(*parse_simulated_address("scene:belt?size=320x256"));
  Light light;
  for (std::uint64_t number = 1; number < 30; ++number) {
    ASSERT_TRUE(scene.show(number, true, light));
    EXPECT_LT(light.rgb[(128 * 320 + 160) * 3], 400) << number;  // the bore
    EXPECT_GT(light.rgb[(128 * 320 + 120) * 3], 800) << number;  // metal
  }
}

}  // namespace
}  // namespace sightglass::camera
