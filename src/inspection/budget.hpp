// What may be spent on services outside: reserved before each call, settled behind it, never passed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/budget.hpp"
#include "database/database.hpp"

namespace sightglass::inspection {

// Amounts are millionths of the budget's currency.
struct BudgetPlan {
  std::int64_t monthly = 0;           // 0: nothing may be spent
  std::int64_t price_of_unit = 1500;  // of the provider's price list
};

// Shares of the month's budget at which people are told, all but urgent photos wait, and nothing more is sent.
inline constexpr double warned_at = 0.8;
inline constexpr double throttled_at = 0.9;

enum class BudgetState : std::uint8_t { off, open, warned, throttled, stopped };
std::string_view name_of(BudgetState state);  // "off", "open", "warned", "throttled", "stopped"
BudgetState state_of(const database::budget::Month& month, const BudgetPlan& plan);

// Thread-safe. All members block.
class Budget {
 public:
  Budget(database::Database& database, const core::Clock& clock, BudgetPlan plan)
      : database_(database), clock_(clock), plan_(plan) {}

  struct Wish {
    std::string_view provider{};
    std::optional<core::PhotoId> photo{};
    std::int64_t units = 0;
    bool is_urgent = false;  // may use what others have to leave
  };
  // Errors: quota_exceeded, saying which limit it is; nothing is reserved then.
  core::Result<database::budget::CallId> reserve(const Wish& wish);
  core::Result<void> settle(database::budget::CallId call, std::int64_t units);
  core::Result<void> release(database::budget::CallId call, std::string_view error);
  core::Result<database::budget::Month> month();

  // The task `check_budget_usage`: settles calls whose process died at what they could have cost, and sees that what
  // the month came to was told. Returns the task's result as JSON. May run any number of times.
  core::Result<std::string> check();

  const BudgetPlan& plan() const { return plan_; }

 private:
  std::int64_t limit_for(bool is_urgent) const;

  database::Database& database_;
  const core::Clock& clock_;
  const BudgetPlan plan_;
};

}  // namespace sightglass::inspection
