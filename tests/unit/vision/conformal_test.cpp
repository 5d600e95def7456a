#include "vision/conformal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

std::vector<double> normal_scores(RandomStream& random, std::size_t count) {
  std::vector<double> scores(count);
  for (auto& score : scores) score = random.normal();
  return scores;
}

TEST(Conformal, takes_the_rank_that_the_rate_asks_for) {
  std::vector<double> scores;
  for (int i = 1; i <= 99; ++i) scores.push_back(i);
  const auto threshold = conformal(scores, 0.05);
  ASSERT_TRUE(threshold.has_value());
  EXPECT_DOUBLE_EQ(threshold->value, 95);  // (99 + 1) · 0.95
  EXPECT_FALSE(threshold->is_extrapolated);
}

TEST(Conformal, rejects_new_goods_at_most_as_often_as_asked_on_average) {
  RandomStream random(11);
  constexpr int trials = 10'000;
  double rejected = 0;
  int inside = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto threshold = conformal(normal_scores(random, 56), 0.05);
    ASSERT_TRUE(threshold.has_value());
    double count = 0;
    for (const double score : normal_scores(random, 28)) count += score > threshold->value ? 1 : 0;
    rejected += count / 28 / trials;
    inside += expected_rejects(*threshold, 28).contains(count) ? 1 : 0;
  }
  EXPECT_LE(rejected, 0.05 + 0.002);
  EXPECT_GE(rejected, 0.02);
  EXPECT_GE(inside, trials * 95 / 100 - 50);
}

TEST(Conformal, states_the_intervals_of_the_sets_it_was_planned_for) {
  const auto interval = [](std::size_t goods, std::int64_t judged) {
    RandomStream random(1);
    return expected_rejects(*conformal(normal_scores(random, goods), 0.05), judged);
  };
  EXPECT_EQ(interval(56, 28).most, 4);
  EXPECT_EQ(interval(46, 24).most, 4);
  EXPECT_EQ(interval(40, 20).most, 4);
  EXPECT_EQ(interval(18, 8).most, 2);
  EXPECT_EQ(interval(18, 8).least, 0);
}

TEST(Conformal, goes_beyond_the_largest_when_there_are_too_few) {
  RandomStream random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const auto scores = normal_scores(random, 12);
    const auto threshold = conformal(scores, 0.02);
    ASSERT_TRUE(threshold.has_value());
    EXPECT_TRUE(threshold->is_extrapolated);
    EXPECT_GE(threshold->value, *std::ranges::max_element(scores));
    EXPECT_LE(threshold->value, 20);
  }
}

TEST(Conformal, refuses_what_is_no_score_or_no_rate) {
  EXPECT_FALSE(conformal({}, 0.05).has_value());
  EXPECT_FALSE(conformal(std::vector<double>{1, 2}, 0).has_value());
  EXPECT_FALSE(conformal(std::vector<double>{1, 2}, 0.6).has_value());
  EXPECT_FALSE(conformal(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}, 0.05).has_value());
}

TEST(Conformal, stands_one_good_or_equal_ones) {
  EXPECT_DOUBLE_EQ(conformal(std::vector<double>{2}, 0.05)->value, 2);
  EXPECT_DOUBLE_EQ(conformal(std::vector<double>(12, 2.0), 0.01)->value, 2);
}

TEST(Rarity, is_the_share_of_goods_left_behind) {
  const std::vector<double> goods{1, 2, 3};
  EXPECT_DOUBLE_EQ(rarity(goods, 0), 0);
  EXPECT_DOUBLE_EQ(rarity(goods, 2.5), 0.5);
  EXPECT_DOUBLE_EQ(rarity(goods, 9), 0.75);
}

}  // namespace
}  // namespace sightglass::vision
