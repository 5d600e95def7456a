#include "inspection/budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "database/notices.hpp"
#include "database/people.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::inspection {
namespace {

using database::budget::CallId;
using namespace std::chrono_literals;

class BudgetTest : public ::testing::Test {
 protected:
  BudgetTest() {
    core::User user{.id = core::UserId::make(house_.clock.now()), .name = "ada", .role = core::Role::administrator};
    administrator_ = user.id;
    EXPECT_TRUE(
        house_.database.write([&](database::Session& session) { return database::users::insert(session, user); }));
  }
  core::Result<CallId> reserve(std::int64_t units, bool is_urgent = false) {
    return budget_.reserve({.provider = "test", .units = units, .is_urgent = is_urgent});
  }
  database::budget::Month month() { return *budget_.month(); }
  std::vector<std::string> notices() {
    const auto told = house_.database.read(
        [&](database::Session& session) { return database::notices::list(session, administrator_, {}); });
    std::vector<std::string> kinds;
    for (const auto& notice : *told) kinds.push_back(notice.kind);
    std::ranges::sort(kinds);
    return kinds;
  }

  ingest::House house_;
  core::UserId administrator_;
  Budget budget_{house_.database, house_.clock, {.monthly = 100'000, .price_of_unit = 1'000}};  // a hundred units
};

TEST_F(BudgetTest, reserves_before_and_settles_behind) {
  const auto call = reserve(3);
  ASSERT_TRUE(call);
  EXPECT_EQ(month().reserved, 3'000);
  ASSERT_TRUE(budget_.settle(*call, 2));
  EXPECT_EQ(month().reserved, 0);
  EXPECT_EQ(month().spent, 2'000);
  ASSERT_TRUE(budget_.settle(*call, 2)) << "twice is once";
  EXPECT_EQ(month().spent, 2'000);
}

TEST_F(BudgetTest, what_was_refused_costs_nothing) {
  const auto call = reserve(3);
  ASSERT_TRUE(call && budget_.release(*call, "no"));
  EXPECT_EQ(month().committed(), 0);
  ASSERT_TRUE(budget_.settle(*call, 3)) << "it is over already";
  EXPECT_EQ(month().committed(), 0);
}

TEST_F(BudgetTest, keeps_the_last_tenth_for_what_is_urgent_and_then_stops) {
  ASSERT_TRUE(reserve(90));
  const auto kept = reserve(1);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, core::ErrorCode::quota_exceeded);
  ASSERT_TRUE(reserve(10, true));
  EXPECT_FALSE(reserve(1, true));
  EXPECT_EQ(state_of(month(), budget_.plan()), BudgetState::stopped);
}

TEST_F(BudgetTest, tells_administrators_once_of_each_mark) {
  ASSERT_TRUE(reserve(79));
  EXPECT_TRUE(notices().empty());
  ASSERT_TRUE(reserve(1));
  ASSERT_TRUE(reserve(1));
  EXPECT_EQ(notices(), std::vector<std::string>{"budget_warned"});
  ASSERT_TRUE(reserve(9));
  ASSERT_TRUE(reserve(10, true));
  EXPECT_EQ(notices(), (std::vector<std::string>{"budget_stopped", "budget_throttled", "budget_warned"}));
}

TEST_F(BudgetTest, without_a_budget_nothing_is_spent) {
  Budget none(house_.database, house_.clock, {.monthly = 0});
  EXPECT_FALSE(none.reserve({.provider = "test", .units = 1, .is_urgent = true}));
  EXPECT_EQ(state_of(*none.month(), none.plan()), BudgetState::off);
}

TEST_F(BudgetTest, a_call_whose_end_nobody_told_is_taken_for_charged) {
  ASSERT_TRUE(reserve(5));
  ASSERT_TRUE(budget_.check());
  EXPECT_EQ(month().reserved, 5'000) << "it may still be under way";
  house_.clock.advance(2h);
  ASSERT_TRUE(budget_.check());
  EXPECT_EQ(month().reserved, 0);
  EXPECT_EQ(month().spent, 5'000);
}

// Whatever happens in whatever order, no more is committed than the budget allows.
TEST_F(BudgetTest, never_passes_its_limit) {
  std::mt19937 random(7);
  const auto one_of = [&random](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  std::vector<CallId> open;
  for (int step = 0; step < 600; ++step) {
    const int choice = one_of(3);
    if (choice <= 1) {
      const bool is_urgent = choice == 0;
      const auto before = month().committed();
      const auto units = one_of(9) + 1;
      const auto call = reserve(units, is_urgent);
      const auto limit = is_urgent ? 100'000 : 90'000;
      EXPECT_EQ(call.has_value(), before + units * 1'000 <= limit) << step;
      if (call) open.push_back(*call);
    } else if (!open.empty()) {
      const auto call = open.back();
      open.pop_back();
      ASSERT_TRUE(choice == 2 ? budget_.release(call, "no") : budget_.settle(call, 1));
    }
    ASSERT_LE(month().committed(), 100'000);
    ASSERT_GE(month().reserved, 0);
  }
}

}  // namespace
}  // namespace sightglass::inspection
