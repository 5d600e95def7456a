#include "vision/anomaly/part_alignment.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/vision/anomaly/moved_part.hpp"

namespace sightglass::vision {
namespace {

constexpr core::Size size{320, 256};

PartReference reference_of(const core::Raster& picture) {
  auto reference = PartReference::of(picture);
  EXPECT_TRUE(reference) << reference.error().message;
  return std::move(*reference);
}

TEST(PartAlignment, finds_how_a_part_is_turned_and_shifted) {
  const auto reference = reference_of(part_picture(size, 1));
  for (const double degrees : {-8.0, -5.0, 0.0, 3.0, 8.0})
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {0.05, -0.05}, {-0.05, 0.03}}) {
      const PartMove wanted{.x = x, .y = y, .degrees = degrees};
      const auto found = reference.find(moved_part(part_picture(size, 2), wanted));
      ASSERT_TRUE(found) << found.error().message;
      ASSERT_TRUE(*found) << degrees << " " << x << " " << y;
      EXPECT_NEAR((*found)->degrees, degrees, 0.4) << x << " " << y;
      EXPECT_NEAR((*found)->x, x, 0.004) << degrees;
      EXPECT_NEAR((*found)->y, y, 0.004) << degrees;
      EXPECT_NEAR((*found)->scale, 1, 0.01) << degrees;
      EXPECT_GT((*found)->likeness, 0.8) << degrees;
    }
}

TEST(PartAlignment, finds_it_in_another_light_and_with_something_on_it) {
  const auto reference = reference_of(part_picture(size, 1));
  auto picture = moved_part(part_picture(size, 2), {.x = 0.04, .y = 0.02, .degrees = -6});
  for (auto& value : picture.rgb) value = static_cast<std::uint8_t>(value / 2 + 20);
  paint(picture, 140, 100, 50, 250);
  const auto found = reference.find(picture);
  ASSERT_TRUE(found && *found);
  EXPECT_NEAR((*found)->degrees, -6, 0.6);
  EXPECT_NEAR((*found)->x, 0.04, 0.006);
  EXPECT_NEAR((*found)->y, 0.02, 0.006);
}

TEST(PartAlignment, does_not_find_what_is_not_there) {
  const auto reference = reference_of(part_picture(size, 1));
  const auto nothing = reference.find(noisy_picture(size, 9));
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing) << "noise alone";
  core::Raster black{.size = size, .rgb = std::vector<std::uint8_t>(3 * static_cast<std::size_t>(size.pixels()))};
  EXPECT_FALSE(reference.find(black).value()) << "no contrast";
  EXPECT_FALSE(reference.find(part_picture({256, 256}, 1)).value()) << "other proportions";
  const auto far = moved_part(part_picture(size, 2), {.degrees = 60});
  EXPECT_FALSE(reference.with_least_likeness(0.6).find(far).value()) << "turned too far";
}

TEST(PartAlignment, lays_the_picture_over_the_reference_and_finds_the_way_back) {
  const auto still = part_picture(size, 1);
  const PartMove move{.x = 0.05, .y = -0.02, .degrees = 7};
  const auto back = moved_back(moved_part(still, move), move);
  ASSERT_TRUE(back) << back.error().message;
  const auto found = reference_of(still).find(*back);
  ASSERT_TRUE(found && *found);
  EXPECT_NEAR((*found)->degrees, 0, 0.2);
  EXPECT_NEAR((*found)->x, 0, 0.003);
  const auto there = on_picture(move, size, {40, 200});
  const auto here = on_reference(move, size, there);
  EXPECT_NEAR(here.x, 40, 1e-6);
  EXPECT_NEAR(here.y, 200, 1e-6);
  EXPECT_GT(std::hypot(there.x - 40, there.y - 200), 10);
}

TEST(PartAlignment, takes_the_picture_in_the_middle_of_all_as_the_reference) {
  std::vector<PartReference> pictures;
  for (const double degrees : {-9.0, -8.0, 0.5, 8.0, 9.0})
    pictures.push_back(reference_of(moved_part(part_picture(size, 1), {.degrees = degrees})));
  EXPECT_EQ(medoid_of(pictures).value(), 2U);
}

TEST(PartAlignment, refuses_pictures_that_are_too_narrow) {
  const auto refused = PartReference::of(noisy_picture({600, 60}, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sightglass::vision
