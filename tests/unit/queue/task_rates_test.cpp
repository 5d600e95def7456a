#include "queue/task_rates.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sightglass::queue {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Spread, counts_a_bound_below_itself_and_what_is_longer_than_all_at_the_end) {
  Spread spread;
  spread.add(milliseconds(1));
  spread.add(Micros(1'001));
  spread.add(hours(7));
  spread.add(milliseconds(-5));
  EXPECT_EQ(spread.counts.front(), 2);
  EXPECT_EQ(spread.counts.at(1), 1);
  EXPECT_EQ(spread.counts.back(), 1);
  EXPECT_EQ(spread.total(), 4);
  EXPECT_EQ(spread.sum, milliseconds(1) + Micros(1'001) + hours(7));
}

TEST(Spread, tells_percentiles_between_its_bounds) {
  Spread spread;
  EXPECT_EQ(spread.percentile(50), std::nullopt);
  for (int i = 0; i < 99; ++i) spread.add(milliseconds(40));
  spread.add(milliseconds(400));
  const auto half = spread.percentile(50).value();
  EXPECT_GT(half, milliseconds(25));
  EXPECT_LE(half, milliseconds(50));
  EXPECT_LE(spread.percentile(99).value(), milliseconds(50));
  EXPECT_GT(spread.percentile(100).value(), milliseconds(250));
  EXPECT_LE(spread.percentile(100).value(), milliseconds(500));
}

TEST(Spread, tells_the_last_bound_of_what_is_beyond_it) {
  Spread spread;
  spread.add(hours(100));
  EXPECT_EQ(spread.percentile(50), hours(6));
}

TEST(Rates, add_up) {
  Rate one{.completed = 1, .failed = 2};
  one.wait.add(milliseconds(3));
  Rate other{.discarded = 4, .cancelled = 5};
  other.wait.add(milliseconds(3));
  one += other;
  EXPECT_EQ(one.completed + one.failed + one.discarded + one.cancelled, 12);
  EXPECT_EQ(one.wait.total(), 2);
  EXPECT_EQ(one.wait.sum, milliseconds(6));
}

}  // namespace
}  // namespace sightglass::queue
