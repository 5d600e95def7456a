#include "vision/meters/find_move.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "vision/pixels.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

// Bright rectangles on grey: nothing in it repeats.
core::Raster face(std::uint64_t seed) {
  core::Raster picture{.size = {400, 300}};
  picture.rgb.assign(3 * 400 * 300, 90);
  RandomStream random(seed);
  for (int i = 0; i < 60; ++i) {
    const auto pick = [&random](int most) { return static_cast<int>(random.below(static_cast<std::uint64_t>(most))); };
    const int left = 40 + pick(280), top = 30 + pick(200), width = 6 + pick(40), height = 6 + pick(30);
    const auto value = static_cast<std::uint8_t>(pick(256));
    for (int y = top; y < std::min(280, top + height); ++y)
      for (int x = left; x < std::min(370, left + width); ++x)
        for (int c = 0; c < 3; ++c) picture.rgb[static_cast<std::size_t>(3 * (400 * y + x) + c)] = value;
  }
  return picture;
}

void expect_found(const std::array<double, 9>& to_source) {
  const auto still = face(1);
  const auto picture = warped(still, to_source, still.size);
  ASSERT_TRUE(picture);
  const auto move = find_move(still, *picture);
  ASSERT_TRUE(move) << move.error().message;
  EXPECT_GT(move->likeness, 0.8);
  // A place on the picture, asked back where it came from.
  const Quadrangle corners{100, 80, 300, 80, 300, 220, 100, 220};
  const auto there = moved(corners, *move);
  for (std::size_t i = 0; i < 8; i += 2) {
    const double x = to_source[0] * there[i] + to_source[1] * there[i + 1] + to_source[2];
    const double y = to_source[3] * there[i] + to_source[4] * there[i + 1] + to_source[5];
    EXPECT_NEAR(x, corners[i], 4);
    EXPECT_NEAR(y, corners[i + 1], 4);
  }
}

TEST(FindMove, finds_the_face_where_it_is) { expect_found({1, 0, 0, 0, 1, 0, 0, 0, 1}); }

TEST(FindMove, finds_a_face_that_moved) { expect_found({1, 0, 25, 0, 1, -14, 0, 0, 1}); }

TEST(FindMove, finds_a_face_that_is_turned_and_smaller) {
  const double angle = 7 * 3.14159265 / 180;
  const double scale = 1 / 0.9;
  const double c = scale * std::cos(angle), s = scale * std::sin(angle);
  expect_found({c, -s, 200 - c * 200 + s * 150 + 8, s, c, 150 - s * 200 - c * 150 - 5, 0, 0, 1});
}

TEST(FindMove, another_thing_is_not_like_it) {
  const auto move = find_move(face(1), face(2));
  ASSERT_TRUE(move);
  EXPECT_LT(move->likeness, 0.3);
}

TEST(FindMove, an_empty_picture_is_like_nothing) {
  core::Raster plain{.size = {200, 200}};
  plain.rgb.assign(3 * 200 * 200, 128);
  const auto move = find_move(face(1), plain);
  ASSERT_TRUE(move);
  EXPECT_LT(move->likeness, 0.3);
  EXPECT_FALSE(find_move(face(1), {}));
}

}  // namespace
}  // namespace sightglass::vision
