#include "vision/detection/make_detector.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/vision/fake_network.hpp"
#include "unit/vision/test_rasters.hpp"

namespace sightglass::vision {
namespace {

using core::Box;
using core::ErrorCode;
using test::FakeNetwork;
using test::plain;

ModelDescription ssd(std::vector<std::string> labels) {
  return {.name = "finder",
          .version = "1",
          .input = ModelInput{.name = "in", .shape = {1, 3, 64, 64}},
          .output = ModelOutput{.layout = OutputLayout::ssd, .names = {"out"}},
          .labels = std::move(labels)};
}

std::unique_ptr<FakeNetwork> giving(std::vector<std::int64_t> shape, std::vector<float> values) {
  return std::make_unique<FakeNetwork>(std::vector<Tensor>{{std::move(shape), std::move(values)}});
}

TEST(ModelInput, says_where_a_picture_lies) {
  const auto picture = plain({40, 20}, 9, 9, 9);
  ModelInput input{.shape = {1, 3, 64, 64}, .fit = InputFit::letterbox};
  const Box middle{16, 24, 32, 16};  // of the letterboxed picture, which lies at y of 16 … 48
  EXPECT_EQ(place_in(input, picture)->place.to_picture(middle), (Box{10, 5, 20, 10}));
  input.fit = InputFit::corner;
  EXPECT_EQ(place_in(input, picture)->place.to_picture({16, 8, 32, 16}), (Box{10, 5, 20, 10}));
  input.fit = InputFit::stretch;
  EXPECT_EQ(place_in(input, picture)->place.to_picture({16, 16, 32, 32}), (Box{10, 5, 20, 10}));
  input.fit = InputFit::cover;
  EXPECT_EQ(place_in(input, picture)->place.to_picture({0, 0, 64, 64}), (Box{10, 0, 20, 20}));
}

TEST(ModelInput, covers_with_a_thin_picture_without_making_a_long_one) {
  const auto placed = place_in({.shape = {1, 3, 64, 64}, .fit = InputFit::cover}, plain({4000, 8}, 9, 9, 9));
  ASSERT_TRUE(placed) << placed.error().message;
  EXPECT_EQ(placed->tensor.values.size(), 3U * 64 * 64);
  EXPECT_EQ(placed->place.to_picture({0, 0, 64, 64}), (Box{1996, 0, 8, 8}));
}

TEST(ModelInput, refuses_pictures_that_are_too_small_to_judge) {
  for (const core::Size size : {core::Size{7, 100}, {100, 7}, {1, 1}}) {
    const auto placed = place_in({.shape = {1, 3, 64, 64}}, plain(size, 9, 9, 9));
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, ErrorCode::invalid_input);
  }
  EXPECT_TRUE(place_in({.shape = {1, 3, 64, 64}}, plain({8, 8}, 9, 9, 9)));
}

TEST(ModelInput, asks_for_taps_behind_the_outputs) {
  auto description = ssd({"a"});
  description.output->taps = {"fine", "coarse"};
  const auto plan = network_plan_of(description, 3);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->outputs, (std::vector<std::string>{"out", "fine", "coarse"}));
  EXPECT_EQ(plan->threads, 3);
  description.output.reset();
  EXPECT_EQ(network_plan_of(description, 1).error().code, ErrorCode::invalid_input);
}

TEST(Detector, tells_boxes_on_the_picture) {
  // On a picture of 128×64: scaled by half, at y of 16.
  auto detector = make_detector(ssd({"cat", "dog"}), giving({1, 1, 2, 7}, {0, 1, 0.9F, 0.25F, 0.5F, 0.5F, 0.75F,  //
                                                                           0, 0, 0.8F, 0.25F, 0, 0.5F, 0.2F}));
  ASSERT_TRUE(detector) << detector.error().message;
  const auto found = (*detector)->detect(plain({128, 64}, 9, 9, 9), 0.3, 10);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U) << "what lies in the border alone is nothing";
  EXPECT_EQ(found->front().label, "dog");
  EXPECT_EQ(found->front().box, (Box{32, 32, 32, 32}));
}

TEST(Detector, tells_no_more_than_asked) {
  auto detector = make_detector(ssd({"cat"}), giving({2, 7}, {0, 0, 0.5F, 0, 0.3F, 0.2F, 0.5F,  //
                                                              0, 0, 0.9F, 0.5F, 0.3F, 0.9F, 0.5F}));
  const auto found = (*detector)->detect(plain({64, 64}, 9, 9, 9), 0.3, 1);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_FLOAT_EQ(static_cast<float>(found->front().confidence), 0.9F);
}

TEST(Detector, is_not_made_of_what_is_none) {
  EXPECT_EQ(make_detector(ssd({}), giving({1}, {0})).error().code, ErrorCode::invalid_input);
  auto description = ssd({"a"});
  description.output->layout = OutputLayout::softmax;
  EXPECT_EQ(make_detector(description, giving({1}, {0})).error().field, "output.layout");
  EXPECT_EQ(make_classifier(ssd({"a"}), giving({1}, {0})).error().field, "output.layout");
}

TEST(Classifier, tells_probabilities_best_first) {
  auto description = ssd({"cat", "dog", "fox"});
  description.output->layout = OutputLayout::softmax;
  auto classifier = make_classifier(description, giving({1, 3}, {0.2F, 0.7F, 0.1F}));
  ASSERT_TRUE(classifier);
  const auto shares = (*classifier)->classify(plain({64, 64}, 9, 9, 9));
  ASSERT_TRUE(shares) << shares.error().message;
  EXPECT_EQ(shares->front().label, "dog");
  EXPECT_NEAR(shares->front().probability, 0.7, 1e-6);
  EXPECT_EQ(shares->back().label, "fox");
}

TEST(Classifier, makes_probabilities_of_logits) {
  auto description = ssd({"cat", "dog"});
  description.output->layout = OutputLayout::logits;
  auto classifier = make_classifier(description, giving({1, 2}, {1000, 1000 + std::log(3.0F)}));
  const auto shares = (*classifier)->classify(plain({64, 64}, 9, 9, 9));
  ASSERT_TRUE(shares) << shares.error().message;
  EXPECT_NEAR(shares->front().probability, 0.75, 1e-3);
}

TEST(Classifier, refuses_logits_that_are_said_to_be_probabilities_and_missing_labels) {
  auto description = ssd({"cat", "dog"});
  description.output->layout = OutputLayout::softmax;
  const auto picture = plain({64, 64}, 9, 9, 9);
  for (const std::vector<float>& values : std::vector<std::vector<float>>{{3, -2}, {0.3F, 0.3F}, {0.5F, 0.2F, 0.3F}}) {
    auto classifier = make_classifier(description, giving({1, static_cast<std::int64_t>(values.size())}, values));
    const auto shares = (*classifier)->classify(picture);
    ASSERT_FALSE(shares);
    EXPECT_EQ(shares.error().code, ErrorCode::internal);
    EXPECT_NE(shares.error().message.find("finder"), std::string::npos);
  }
}

}  // namespace
}  // namespace sightglass::vision
