// What services outside may cost in a month, and cost: reserved before each call, settled behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::budget {

using CallId = core::UuidId<struct ProviderCallTag>;

// Amounts are millionths of the budget's currency.
struct Month {
  std::string month{};  // "2026-11", in UTC
  std::int64_t reserved = 0;
  std::int64_t spent = 0;
  std::optional<core::Instant> warned_at{};
  std::optional<core::Instant> throttled_at{};
  std::optional<core::Instant> stopped_at{};
  std::int64_t committed() const { return reserved + spent; }
};
std::string month_of(core::Instant at);

struct Reservation {
  std::string_view provider{};
  std::optional<core::PhotoId> photo_id{};
  std::int64_t units = 0;
  std::int64_t amount = 0;
  std::int64_t limit = 0;  // what may be committed in the month, this call included
};

// All block.

// The month that `at` lies in, made when it is new.
core::Result<Month> month(Session& session, core::Instant at);
// nullopt, and nothing changed, when it would pass the limit: one guarded change of the month's row, so that any number
// of callers together stay below it.
core::Result<std::optional<CallId>> reserve(Session& session, const Reservation& wanted, core::Instant now);
// What a call did cost, or that it cost nothing, with what it failed of. Neither does anything to a call that is
// settled already. not_found for no such call.
core::Result<void> settle(Session& session, CallId call, std::int64_t amount, core::Instant now);
core::Result<void> release(Session& session, CallId call, std::string_view error, core::Instant now);
// Calls begun before `before` whose end nobody wrote down (their process died) are settled at what was reserved: never
// below the truth. How many.
core::Result<std::int64_t> settle_forgotten(Session& session, core::Instant before, core::Instant now);

enum class Mark : std::uint8_t { warned, throttled, stopped };
// True for the one caller that was first to come to the mark in this month.
core::Result<bool> come_to(Session& session, std::string_view month, Mark mark, core::Instant now);

}  // namespace sightglass::database::budget
