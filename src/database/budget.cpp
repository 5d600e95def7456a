#include "database/budget.hpp"

#include <array>

namespace sightglass::database::budget {
namespace {

using core::Result;

Month read_month(const Row& row) {
  return {.month = row.string(0),
          .reserved = row.integer(1),
          .spent = row.integer(2),
          .warned_at = row.optional_instant(3),
          .throttled_at = row.optional_instant(4),
          .stopped_at = row.optional_instant(5)};
}

struct Call {
  std::string month{};
  std::int64_t reserved = 0;
  bool is_open = false;
};

Result<Call> find_call(Session& session, CallId id) {
  SG_ASSIGN(const auto call,
            session.first("SELECT month, reserved, state FROM provider_calls WHERE id = $1", {id}, [](const Row& row) {
              return Call{.month = row.string(0), .reserved = row.integer(1), .is_open = row.string(2) == "reserved"};
            }));
  if (!call) return core::fail(core::not_found("there is no such call of a provider"));
  return *call;
}

struct Ending {
  std::string_view state;
  std::int64_t amount = 0;
  std::string_view error{};
};

Result<void> end(Session& session, CallId id, const Ending& ending, core::Instant now) {
  SG_ASSIGN(const auto call, find_call(session, id));
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE provider_calls SET state = $2, settled = $3, error = $4, settled_at = $5 "
                            "WHERE id = $1 AND state = 'reserved'",
                            {id, ending.state, ending.amount, ending.error, now}));
  if (changed == 0) return {};
  SG_TRY(session.execute("UPDATE budget_months SET reserved = reserved - $2, spent = spent + $3 WHERE month = $1",
                         {call.month, call.reserved, ending.amount}));
  return {};
}

}  // namespace

std::string month_of(core::Instant at) { return core::to_iso8601(at).substr(0, 7); }

Result<Month> month(Session& session, core::Instant at) {
  const auto name = month_of(at);
  SG_TRY(session.execute("INSERT INTO budget_months (month) VALUES ($1) ON CONFLICT (month) DO NOTHING", {name}));
  SG_ASSIGN(const auto found,
            session.first("SELECT month, reserved, spent, warned_at, throttled_at, stopped_at FROM budget_months "
                          "WHERE month = $1",
                          {name}, read_month));
  if (!found) return core::fail(core::internal_error("a month of the budget is gone"));
  return *found;
}

Result<std::optional<CallId>> reserve(Session& session, const Reservation& wanted, core::Instant now) {
  const auto name = month_of(now);
  SG_TRY(session.execute("INSERT INTO budget_months (month) VALUES ($1) ON CONFLICT (month) DO NOTHING", {name}));
  SG_ASSIGN(const auto changed, session.execute("UPDATE budget_months SET reserved = reserved + $2 "
                                                "WHERE month = $1 AND reserved + spent + $2 <= $3",
                                                {name, wanted.amount, wanted.limit}));
  if (changed == 0) return std::optional<CallId>{};
  const auto id = CallId::make(now);
  SG_TRY(
      session.execute("INSERT INTO provider_calls (id, month, provider, photo_id, units, reserved, state, at) "
                      "VALUES ($1, $2, $3, $4, $5, $6, 'reserved', $7)",
                      {id, name, wanted.provider, wanted.photo_id, wanted.units, wanted.amount, now}));
  return std::optional(id);
}

Result<void> settle(Session& session, CallId call, std::int64_t amount, core::Instant now) {
  return end(session, call, {.state = "settled", .amount = amount}, now);
}

Result<void> release(Session& session, CallId call, std::string_view error, core::Instant now) {
  return end(session, call, {.state = "released", .error = error}, now);
}

Result<std::int64_t> settle_forgotten(Session& session, core::Instant before, core::Instant now) {
  SG_ASSIGN(const auto calls,
            session.all("SELECT id, reserved FROM provider_calls WHERE state = 'reserved' AND at < $1", {before},
                        [](const Row& row) { return std::pair(row.id<CallId>(0), row.integer(1)); }));
  for (const auto& [id, reserved] : calls)
    SG_TRY(end(session, id, {.state = "settled", .amount = reserved, .error = "nobody knows how it ended"}, now));
  return static_cast<std::int64_t>(calls.size());
}

Result<bool> come_to(Session& session, std::string_view month, Mark mark, core::Instant now) {
  constexpr std::array<std::string_view, 3> statements{
      "UPDATE budget_months SET warned_at = $2 WHERE month = $1 AND warned_at IS NULL",
      "UPDATE budget_months SET throttled_at = $2 WHERE month = $1 AND throttled_at IS NULL",
      "UPDATE budget_months SET stopped_at = $2 WHERE month = $1 AND stopped_at IS NULL"};
  SG_ASSIGN(const auto changed,
            session.execute(statements.at(static_cast<std::size_t>(mark)), {std::string(month), now}));
  return changed > 0;
}

}  // namespace sightglass::database::budget
