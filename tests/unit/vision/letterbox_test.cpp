#include "vision/letterbox.hpp"

#include <gtest/gtest.h>

#include "vision/tensor.hpp"

namespace sightglass::vision {
namespace {

TEST(Letterbox, lays_a_wide_picture_in_the_middle) {
  const auto letterbox = Letterbox::fit({1024, 512}, {512, 512});
  EXPECT_DOUBLE_EQ(letterbox.scale, 0.5);
  EXPECT_DOUBLE_EQ(letterbox.left, 0);
  EXPECT_DOUBLE_EQ(letterbox.top, 128);
  EXPECT_EQ(letterbox.to_picture({0, 128, 512, 256}), (core::Box{0, 0, 1024, 512}));
}

TEST(Letterbox, enlarges_a_small_picture) { EXPECT_DOUBLE_EQ(Letterbox::fit({64, 32}, {512, 512}).scale, 8); }

TEST(Letterbox, keeps_a_thin_picture_visible) {
  const auto letterbox = Letterbox::fit({10'000, 3}, {512, 512});
  EXPECT_DOUBLE_EQ(letterbox.top, 255);
}

TEST(Letterbox, cuts_boxes_to_the_picture) {
  const auto letterbox = Letterbox::fit({100, 50}, {100, 100});
  EXPECT_EQ(letterbox.to_picture({-10, 0, 60, 50}), (core::Box{0, 0, 50, 25}));
  EXPECT_TRUE(letterbox.to_picture({0, 0, 100, 20}).is_empty());
}

TEST(Letterbox, takes_a_box_there_and_back) {
  const auto letterbox = Letterbox::fit({640, 480}, {512, 512});
  const core::Box box{40, 80, 160, 240};
  const auto back = letterbox.to_picture(letterbox.to_input(box));
  EXPECT_NEAR(back.x, box.x, 1e-9);
  EXPECT_NEAR(back.bottom(), box.bottom(), 1e-9);
}

TEST(Tensor, counts_its_values_and_refuses_shapes_that_are_none) {
  EXPECT_EQ(count_of(std::vector<std::int64_t>{1, 3, 512, 512}), 786'432);
  EXPECT_EQ(count_of(std::vector<std::int64_t>{1, 0, 4}), -1);
  EXPECT_EQ(count_of(std::vector<std::int64_t>{1, -1}), -1);
  EXPECT_EQ(count_of(std::vector<std::int64_t>{1LL << 20, 1LL << 20}), -1);
}

}  // namespace
}  // namespace sightglass::vision
