#include "vision/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

std::vector<Scored> drawn(std::size_t count, double slope, double offset, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<Scored> examples;
  for (std::size_t i = 0; i < count; ++i) {
    const double score = 6 * random.uniform() - 3;
    examples.push_back({score, random.uniform() < sigmoid(slope * score + offset)});
  }
  return examples;
}

TEST(Calibration, finds_the_curve_that_examples_were_drawn_from) {
  const auto examples = drawn(20'000, 1.7, -0.6, 5);
  for (const auto& calibration : {Calibration::logistic(examples), Calibration::isotonic(examples)}) {
    ASSERT_TRUE(calibration.has_value());
    for (const double score : {-2.0, -0.5, 0.0, 1.0, 2.0})
      EXPECT_NEAR(calibration->probability(score), sigmoid(1.7 * score - 0.6), 0.05);
  }
}

TEST(Calibration, never_falls_with_the_score) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto examples = drawn(40, -0.5, 0, seed);  // scores that mean the opposite
    for (const auto& calibration : {Calibration::logistic(examples), Calibration::isotonic(examples)}) {
      ASSERT_TRUE(calibration.has_value());
      double before = 0;
      for (double score = -4; score <= 4; score += 0.05) {
        EXPECT_GE(calibration->probability(score), before - 1e-12);
        before = calibration->probability(score);
      }
    }
  }
}

TEST(Calibration, isotonic_pools_violators_whatever_the_order_of_ties) {
  // 0 → 0, 1 → 1 of 2 and 2 → 0 of 1 violate: pooled to 1 of 3.
  const auto calibration = Calibration::isotonic(
      std::vector<Scored>{{0, false}, {1, true}, {1, false}, {2, false}, {3, false}, {3, true}, {3, true}, {3, true}});
  ASSERT_TRUE(calibration.has_value());
  EXPECT_NEAR(calibration->probability(1), 1.0 / 3, 1e-12);
  EXPECT_NEAR(calibration->probability(2), 1.0 / 3, 1e-12);
  EXPECT_NEAR(calibration->probability(3), 0.75, 1e-12);
  EXPECT_NEAR(calibration->probability(99), 0.75, 1e-12);
}

TEST(Calibration, stays_finite_for_examples_that_a_threshold_separates) {
  const auto calibration = Calibration::logistic(std::vector<Scored>{{0, false}, {1, false}, {2, true}, {3, true}});
  ASSERT_TRUE(calibration.has_value());
  EXPECT_GT(calibration->probability(3), 0.6);
  EXPECT_LT(calibration->probability(3), 1);
  EXPECT_TRUE(Calibration::logistic(std::vector<Scored>{{1, false}, {1, true}}).has_value());
}

TEST(Calibration, refuses_one_kind_and_numbers_that_are_none) {
  EXPECT_FALSE(Calibration::logistic(std::vector<Scored>{{0, true}, {1, true}}).has_value());
  EXPECT_FALSE(Calibration::isotonic({}).has_value());
  EXPECT_FALSE(Calibration::isotonic(std::vector<Scored>{{std::numeric_limits<double>::infinity(), true}, {1, false}})
                   .has_value());
}

TEST(Calibration, comes_back_from_its_text) {
  const auto examples = drawn(200, 1, 0, 9);
  for (const auto& calibration : {Calibration::logistic(examples), Calibration::isotonic(examples)}) {
    const auto back = Calibration::from_json(calibration->to_json());
    ASSERT_TRUE(back.has_value());
    for (const double score : {-2.0, 0.1, 1.3})
      EXPECT_DOUBLE_EQ(back->probability(score), calibration->probability(score));
  }
}

TEST(Calibration, refuses_text_that_it_did_not_write) {
  for (const char* text :
       {"", "[]", "{}", R"({"slope":1,"offset":"x","knots":[]})", R"({"slope":1,"offset":0})",
        R"({"slope":1,"offset":0,"knots":[[0,0.5],[0,0.6]]})", R"({"slope":1,"offset":0,"knots":[[0,0.5],[1,0.4]]})",
        R"({"slope":1,"offset":0,"knots":[[0,1.5]]})", R"({"slope":1,"offset":0,"knots":[[0]]})",
        R"({"slope":1e999,"offset":0,"knots":[]})"})
    EXPECT_FALSE(Calibration::from_json(text).has_value()) << text;
}

TEST(Temperature, finds_the_one_that_logits_were_made_hotter_by) {
  RandomStream random(21);
  std::vector<float> logits;
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 4000; ++i) {
    std::vector<float> row(3);
    for (auto& logit : row) logit = static_cast<float>(2 * random.normal());
    auto probabilities = row;
    softmax(probabilities, 1);
    double left = random.uniform();
    std::int32_t label = 0;
    while (label < 2 && left >= static_cast<double>(probabilities[static_cast<std::size_t>(label)]))
      left -= static_cast<double>(probabilities[static_cast<std::size_t>(label++)]);
    labels.push_back(label);
    for (const float logit : row) logits.push_back(2.5F * logit);
  }
  EXPECT_NEAR(fit_temperature(logits, labels, 3), 2.5, 0.15);
  EXPECT_DOUBLE_EQ(fit_temperature({}, {}, 3), 1);
}

TEST(Softmax, stands_large_logits) {
  std::vector<float> logits{1000, 999, -1000};
  softmax(logits, 1);
  EXPECT_NEAR(logits[0], 1 / (1 + std::exp(-1.0)), 1e-6);
  EXPECT_EQ(logits[2], 0);
}

}  // namespace
}  // namespace sightglass::vision
