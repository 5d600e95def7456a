#include "vision/score_drift.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace sightglass::vision {
namespace {

std::vector<double> normal(std::mt19937& random, std::size_t count, double mean = 0, double deviation = 1) {
  std::normal_distribution<double> of(mean, deviation);
  std::vector<double> values(count);
  for (auto& value : values) value = of(random);
  return values;
}

// The p of so many comparisons.
std::vector<double> chances(std::size_t goods, std::size_t recent, double shift, int trials) {
  std::mt19937 random(11);
  std::vector<double> chances;
  for (int trial = 0; trial < trials; ++trial) {
    const auto before = normal(random, goods);
    const auto now = normal(random, recent, shift);
    chances.push_back(score_drift(before, now)->p);
  }
  return chances;
}

double share_below(double level, const std::vector<double>& chances) {
  const auto below = std::ranges::count_if(chances, [level](double p) { return p < level; });
  return static_cast<double>(below) / static_cast<double>(chances.size());
}

TEST(ScoreDrift, alarms_no_oftener_than_its_p_says_while_nothing_has_changed) {
  using Sizes = std::pair<std::size_t, std::size_t>;
  for (const auto& [goods, recent] : {Sizes{20, 30}, Sizes{40, 200}, Sizes{200, 60}}) {
    const auto found = chances(goods, recent, 0, 2000);
    // Three deviations of a share of 2,000 above what is stated.
    EXPECT_LE(share_below(0.05, found), 0.05 + 3 * 0.0049) << goods << " and " << recent;
    EXPECT_LE(share_below(0.001, found), 0.001 + 3 * 0.0007) << goods << " and " << recent;
    EXPECT_GE(share_below(0.05, found), 0.01) << "and not hardly ever";
  }
}

TEST(ScoreDrift, sees_a_shift_of_one_and_a_half_deviations) {
  EXPECT_GE(share_below(0.001, chances(40, 100, 1.5, 300)), 0.98);
  EXPECT_GE(share_below(0.001, chances(40, 100, -1.5, 300)), 0.98);
}

TEST(ScoreDrift, says_on_which_side_and_how_far) {
  const std::vector<double> goods{1, 2, 3, 4};
  const std::vector<double> above{5, 6, 7};
  const auto higher = score_drift(goods, above).value();
  EXPECT_TRUE(higher.is_higher);
  EXPECT_DOUBLE_EQ(higher.distance, 1);
  const auto lower = score_drift(above, goods).value();
  EXPECT_FALSE(lower.is_higher);
  EXPECT_DOUBLE_EQ(lower.distance, 1);
  EXPECT_DOUBLE_EQ(lower.p, higher.p);
  const std::vector<double> half_above{1, 2, 8, 9};
  EXPECT_DOUBLE_EQ(score_drift(goods, half_above)->distance, 0.5);
}

TEST(ScoreDrift, of_the_same_scores_is_none_in_whatever_order_and_however_often) {
  const std::vector<double> goods{3, 1, 2, 2};
  const std::vector<double> again{2, 2, 1, 3, 3, 1, 2, 2};
  const auto drift = score_drift(goods, again).value();
  EXPECT_DOUBLE_EQ(drift.distance, 0);
  EXPECT_DOUBLE_EQ(drift.p, 1);
}

TEST(ScoreDrift, is_hardly_moved_by_a_few_defects) {
  std::mt19937 random(5);
  const auto goods = normal(random, 60);
  auto recent = normal(random, 190);
  for (int i = 0; i < 10; ++i) recent.push_back(50);
  EXPECT_GT(score_drift(goods, recent)->p, 0.01);
}

TEST(ScoreDrift, refuses_what_cannot_be_compared) {
  const std::vector<double> some{1, 2};
  EXPECT_EQ(score_drift({}, some).error().field, "goods");
  EXPECT_EQ(score_drift(some, {}).error().field, "recent");
  const std::vector<double> odd{1, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(score_drift(some, odd).error().field, "recent");
}

}  // namespace
}  // namespace sightglass::vision
