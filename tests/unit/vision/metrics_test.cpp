#include "vision/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

std::vector<Scored> random_examples(std::size_t count, std::uint64_t seed, std::size_t different_scores) {
  RandomStream random(seed);
  std::vector<Scored> examples;
  for (std::size_t i = 0; i < count; ++i)
    examples.push_back({static_cast<double>(random.below(different_scores)), random.uniform() < 0.4});
  return examples;
}

TEST(AreaUnderRoc, equals_the_count_of_pairs_with_ties_as_halves) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto examples = random_examples(60, seed, 12);
    double above = 0;
    double pairs = 0;
    for (const auto& positive : examples)
      for (const auto& negative : examples) {
        if (!positive.is_positive || negative.is_positive) continue;
        pairs += 1;
        above += positive.score > negative.score ? 1 : positive.score == negative.score ? 0.5 : 0;
      }
    ASSERT_TRUE(area_under_roc(examples).has_value());
    EXPECT_NEAR(*area_under_roc(examples), above / pairs, 1e-12);
  }
}

TEST(AreaUnderRoc, is_a_half_when_all_scores_are_equal) {
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector<Scored>{{1, true}, {1, false}, {1, false}}).value(), 0.5);
}

TEST(AreaUnderRoc, has_no_value_for_one_kind_alone) {
  EXPECT_FALSE(area_under_roc(std::vector<Scored>{{1, true}, {2, true}}).has_value());
  EXPECT_FALSE(area_under_roc({}).has_value());
}

TEST(AveragePrecision, follows_its_definition_and_not_the_order_of_equal_scores) {
  // Ranks of the positives 1 and 3: (1/1 + 2/3) / 2.
  EXPECT_NEAR(average_precision(std::vector<Scored>{{4, true}, {3, false}, {2, true}, {1, false}}).value(), 5.0 / 6,
              1e-12);
  EXPECT_EQ(average_precision(std::vector<Scored>{{1, true}, {1, false}}).value(),
            average_precision(std::vector<Scored>{{1, false}, {1, true}}).value());
  EXPECT_FALSE(average_precision(std::vector<Scored>{{1, false}}).has_value());
}

TEST(PrecisionRecall, has_a_point_for_each_score_and_ends_with_everything) {
  const auto points = precision_recall(std::vector<Scored>{{3, true}, {2, false}, {2, true}, {1, false}});
  ASSERT_EQ(points.size(), 3U);
  EXPECT_DOUBLE_EQ(points[0].precision, 1);
  EXPECT_DOUBLE_EQ(points[0].recall, 0.5);
  EXPECT_DOUBLE_EQ(points[1].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(points[2].recall, 1);
  EXPECT_DOUBLE_EQ(points[2].precision, 0.5);
}

TEST(Confusion, counts_and_leaves_out_what_is_no_label) {
  const auto matrix =
      confusion({"a", "b"}, std::vector<std::int32_t>{0, 0, 1, 1, 5, -1}, std::vector<std::int32_t>{0, 1, 1, 1, 0, 0});
  EXPECT_EQ(matrix.at(0, 0), 1);
  EXPECT_EQ(matrix.at(0, 1), 1);
  EXPECT_EQ(matrix.at(1, 1), 2);
  EXPECT_DOUBLE_EQ(matrix.accuracy(), 0.75);
  EXPECT_DOUBLE_EQ(confusion({}, {}, {}).accuracy(), 0);
}

TEST(CalibrationError, is_nothing_when_what_is_said_comes_true) {
  std::vector<Scored> examples;
  for (int i = 0; i < 100; ++i) examples.push_back({0.25, i < 25});
  EXPECT_NEAR(expected_calibration_error(calibration_curve(examples, 10)), 0, 1e-12);
  for (auto& example : examples) example.is_positive = false;
  EXPECT_NEAR(expected_calibration_error(calibration_curve(examples, 10)), 0.25, 1e-12);
  EXPECT_EQ(calibration_curve(std::vector<Scored>{{1, true}, {0, false}}, 4).back().count, 1);
}

TEST(IncompleteBeta, equals_closed_forms) {
  EXPECT_NEAR(incomplete_beta(1, 1, 0.3), 0.3, 1e-12);                   // uniform
  EXPECT_NEAR(incomplete_beta(3, 1, 0.5), 0.125, 1e-12);                 // x^a
  EXPECT_NEAR(incomplete_beta(1, 4, 0.2), 1 - std::pow(0.8, 4), 1e-12);  // 1 − (1−x)^b
  EXPECT_NEAR(incomplete_beta(2.5, 7, 0.4) + incomplete_beta(7, 2.5, 0.6), 1, 1e-12);
  EXPECT_NEAR(incomplete_beta(0.5, 0.5, 0.5), 0.5, 1e-12);  // arc sine
  EXPECT_NEAR(beta_quantile(2, 5, incomplete_beta(2, 5, 0.37)), 0.37, 1e-9);
}

TEST(ClopperPearson, equals_published_and_closed_values) {
  EXPECT_NEAR(clopper_pearson(0, 10, 0.95).most, 1 - std::pow(0.025, 0.1), 1e-9);
  EXPECT_DOUBLE_EQ(clopper_pearson(0, 10, 0.95).least, 0);
  EXPECT_DOUBLE_EQ(clopper_pearson(10, 10, 0.95).most, 1);
  EXPECT_NEAR(clopper_pearson(5, 10, 0.95).least, 0.1870860, 1e-6);
  EXPECT_NEAR(clopper_pearson(5, 10, 0.95).most, 0.8129140, 1e-6);
  EXPECT_DOUBLE_EQ(clopper_pearson(0, 0, 0.95).most, 1);
}

TEST(BetaBinomial, equals_counts_drawn) {
  RandomStream random(7);
  std::vector<double> counts;
  for (int draw = 0; draw < 4000; ++draw) {
    const double rate = beta_quantile(2, 40, random.uniform());
    double hits = 0;
    for (int i = 0; i < 30; ++i) hits += random.uniform() < rate ? 1 : 0;
    counts.push_back(hits);
  }
  const auto interval = beta_binomial_interval(30, 2, 40, 0.95);
  EXPECT_NEAR(interval.least, quantile(counts, 0.025), 1);
  EXPECT_NEAR(interval.most, quantile(counts, 0.975), 1);
  // A uniform rate makes all counts equally likely.
  EXPECT_EQ(beta_binomial_interval(99, 1, 1, 0.8).least, 9);
  EXPECT_EQ(beta_binomial_interval(99, 1, 1, 0.8).most, 89);
}

TEST(Bootstrap, covers_the_mean_about_as_often_as_it_says) {
  int covered = 0;
  for (std::uint64_t trial = 0; trial < 100; ++trial) {
    RandomStream random(trial);
    std::vector<double> values(60);
    for (auto& value : values) value = random.normal();
    const auto mean = [&](std::span<const std::size_t> places) -> std::optional<double> {
      double sum = 0;
      for (const std::size_t place : places) sum += values[place];
      return sum / static_cast<double>(places.size());
    };
    covered += bootstrap(values.size(), mean, 300, 0.9, trial)->contains(0) ? 1 : 0;
  }
  EXPECT_GE(covered, 80);
  EXPECT_LE(covered, 97);
}

TEST(Bootstrap, has_nothing_to_say_without_examples) {
  const auto nothing = [](std::span<const std::size_t>) { return std::optional<double>(); };
  EXPECT_FALSE(bootstrap(0, nothing, 10, 0.9, 1).has_value());
  EXPECT_FALSE(bootstrap(5, nothing, 10, 0.9, 1).has_value());
}

TEST(Quantile, goes_between_neighbours_in_proportion) {
  EXPECT_DOUBLE_EQ(quantile(std::vector<double>{4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile(std::vector<double>{4, 1, 3, 2}, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(std::vector<double>{4, 1, 3, 2}, 1), 4);
  EXPECT_DOUBLE_EQ(quantile(std::vector<double>{5}, 0.3), 5);
}

}  // namespace
}  // namespace sightglass::vision
