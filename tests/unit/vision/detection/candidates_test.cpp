#include "vision/detection/candidates.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sightglass::vision {
namespace {

using core::Box;
using core::ErrorCode;

Tensor zeros(std::vector<std::int64_t> shape) {
  Tensor tensor{.shape = std::move(shape)};
  tensor.values.resize(static_cast<std::size_t>(count_of(tensor.shape)), 0);
  return tensor;
}

OutputFacts facts(std::size_t labels, core::Size input = {32, 32}) {
  return {.model = "model-x", .input = input, .labels = labels, .least_confidence = 0.3};
}

void expect_misfit(const Candidates& answer) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::internal);
  EXPECT_NE(answer.error().message.find("model-x"), std::string::npos) << answer.error().message;
}

class CenterNet : public ::testing::Test {
 protected:
  void set(std::size_t label, std::size_t y, std::size_t x, float confidence, std::array<float, 4> sides = {}) {
    outputs[0].values[label * 64 + y * 8 + x] = confidence;
    for (std::size_t side = 0; side < 4; ++side) outputs[1].values[side * 64 + y * 8 + x] = sides[side];
  }
  std::vector<Tensor> outputs{zeros({1, 2, 8, 8}), zeros({1, 4, 8, 8})};
};

TEST_F(CenterNet, takes_peaks_with_their_sides) {
  set(1, 3, 5, 0.8F, {4, 2, 8, 6});
  set(1, 3, 6, 0.7F, {9, 9, 9, 9});
  set(0, 0, 0, 0.29F, {4, 4, 4, 4});
  const auto found = read_centernet(outputs, facts(2));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U) << "a neighbour of a peak is none, and what is too weak neither";
  EXPECT_EQ(found->front().label, 1U);
  EXPECT_FLOAT_EQ(found->front().confidence, 0.8F);
  EXPECT_EQ(found->front().box, (Box{16, 10, 12, 8}));
}

TEST_F(CenterNet, takes_one_of_equal_neighbours_and_peaks_at_the_edge) {
  set(0, 7, 7, 0.9F, {2, 2, 0, 0});
  set(0, 7, 6, 0.9F, {2, 2, 0, 0});
  const auto found = read_centernet(outputs, facts(2));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().box, (Box{22, 26, 2, 2}));
}

TEST_F(CenterNet, makes_no_boxes_of_negative_size) {
  set(0, 4, 4, 0.9F, {-3, 2, 2, -5});
  EXPECT_EQ(read_centernet(outputs, facts(2))->front().box, (Box{16, 14, 2, 2}));
}

TEST_F(CenterNet, refuses_what_does_not_fit) {
  expect_misfit(read_centernet(outputs, facts(3)));
  expect_misfit(read_centernet(std::span(outputs).first(1), facts(2)));
  set(0, 1, 1, 3.5F);
  expect_misfit(read_centernet(outputs, facts(2)));
  outputs = {zeros({1, 2, 8, 8}), zeros({1, 2, 8, 8})};
  expect_misfit(read_centernet(outputs, facts(2)));
  outputs = {zeros({1, 2, 8, 8}), zeros({1, 4, 8, 4})};
  expect_misfit(read_centernet(outputs, facts(2)));
  outputs = {zeros({64}), zeros({64})};
  expect_misfit(read_centernet(outputs, facts(2)));
}

// Three grids over 32×32: 16, 4 and 1 places; two labels, bins 0 … 7.
class NanoDet : public ::testing::Test {
 protected:
  std::vector<Tensor> outputs{zeros({1, 16, 2}), zeros({1, 16, 32}), zeros({1, 4, 2}),
                              zeros({1, 4, 32}), zeros({1, 1, 2}),   zeros({1, 1, 32})};
};

TEST_F(NanoDet, places_boxes_on_their_grid) {
  outputs[2].values[2 * 3 + 1] = 0.9F;  // the last of 2×2 places with a stride of 16: its middle is 24, 24
  for (std::size_t side = 0; side < 4; ++side) {
    // So sure of one bin that the others do not count.
    outputs[3].values[3 * 32 + side * 8 + 1 + side % 2] = 50;
  }
  const auto found = read_nanodet(outputs, facts(2));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().label, 1U);
  EXPECT_NEAR(found->front().box.x, 24 - 16, 1e-6);
  EXPECT_NEAR(found->front().box.y, 24 - 32, 1e-6);
  EXPECT_NEAR(found->front().box.width, 32, 1e-6);
  EXPECT_NEAR(found->front().box.height, 64, 1e-6);
}

TEST_F(NanoDet, takes_the_mean_of_bins_that_are_unsure) {
  outputs[0].values[0] = 0.5F;
  const auto found = read_nanodet(outputs, facts(2));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->front().box.width, 2 * 3.5 * 8, 1e-6);
}

TEST_F(NanoDet, refuses_what_does_not_fit) {
  expect_misfit(read_nanodet(outputs, facts(3)));
  expect_misfit(read_nanodet(outputs, facts(2, {64, 32})));
  expect_misfit(read_nanodet(std::span(outputs).first(3), facts(2)));
  expect_misfit(read_nanodet({}, facts(2)));
  outputs[1] = zeros({1, 15, 32});
  expect_misfit(read_nanodet(outputs, facts(2)));
  outputs[1] = zeros({1, 16, 30});
  expect_misfit(read_nanodet(outputs, facts(2)));
}

TEST(Yolo, reads_rows_of_version_5) {
  auto output = zeros({1, 3, 7});
  output.values = {10, 12, 4, 6, 0.9F, 0.1F, 0.8F,   //
                   10, 12, 4, 6, 0.5F, 0.1F, 0.5F,   // 0.25: too weak
                   10, 12, 4, 6, 0.1F, 0.1F, 0.9F};  // nothing is here
  const auto found = read_yolov5(std::vector{output}, facts(2));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().label, 1U);
  EXPECT_FLOAT_EQ(found->front().confidence, 0.72F);
  EXPECT_EQ(found->front().box, (Box{8, 9, 4, 6}));
  expect_misfit(read_yolov5(std::vector{output}, facts(3)));
  expect_misfit(read_yolov5(std::vector{zeros({1, 3, 5})}, facts(0)));
  expect_misfit(read_yolov5({}, facts(2)));
  output.values[4] = 7;
  expect_misfit(read_yolov5(std::vector{output}, facts(2)));
}

TEST(Yolo, reads_columns_of_version_8) {
  auto output = zeros({1, 6, 2});
  const float columns[2][6] = {{10, 12, 4, 6, 0.1F, 0.8F}, {10, 12, 4, 6, 0.2F, 0.1F}};
  for (std::size_t column = 0; column < 2; ++column) {
    for (std::size_t row = 0; row < 6; ++row) output.values[row * 2 + column] = columns[column][row];
  }
  const auto found = read_yolov8(std::vector{output}, facts(2));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().label, 1U);
  EXPECT_FLOAT_EQ(found->front().confidence, 0.8F);
  EXPECT_EQ(found->front().box, (Box{8, 9, 4, 6}));
  expect_misfit(read_yolov8(std::vector{output}, facts(1)));
  expect_misfit(read_yolov8(std::vector{zeros({2, 6, 2})}, facts(2)));
}

TEST(Ssd, reads_shares_of_the_sides) {
  auto output = zeros({1, 1, 3, 7});
  output.values = {0,  1, 0.9F, 0.25F, 0.5F, 0.75F, 1,   //
                   0,  0, 0.2F, 0,     0,    1,     1,   // too weak
                   -1, 9, 9,    9,     9,    9,     9};  // not used
  const auto found = read_ssd(std::vector{output}, facts(2));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().label, 1U);
  EXPECT_EQ(found->front().box, (Box{8, 16, 16, 16}));
  expect_misfit(read_ssd(std::vector{output}, facts(1)));
  expect_misfit(read_ssd(std::vector{zeros({1, 1, 3, 6})}, facts(2)));
}

TEST(Candidates, keep_the_better_of_two_that_are_the_same) {
  const auto kept = without_repetitions({{0, 0.6F, {0, 0, 10, 10}},
                                         {0, 0.9F, {1, 0, 10, 10}},
                                         {1, 0.5F, {3, 0, 10, 10}},
                                         {1, 0.8F, {1, 0.5, 10, 10}},
                                         {0, 0.4F, {20, 0, 10, 10}}},
                                        0.5, 10);
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_FLOAT_EQ(kept[0].confidence, 0.9F);
  EXPECT_EQ(kept[1].label, 1U) << "another label beside it is another thing, one at the same place is not";
  EXPECT_FLOAT_EQ(kept[2].confidence, 0.4F);
  EXPECT_EQ(without_repetitions(kept, 0.5, 2).size(), 2U);
  EXPECT_TRUE(without_repetitions(kept, 0.5, 0).empty());
}

TEST(Candidates, of_other_layouts_are_refused) {
  const auto answer = read_candidates(OutputLayout::softmax, {}, facts(2));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unsupported_format);
}

}  // namespace
}  // namespace sightglass::vision
