#include "inspection/budget.hpp"

#include <fmt/format.h>

#include <array>

#include "core/json_writer.hpp"
#include "database/notices.hpp"
#include "database/people.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
namespace rows = database::budget;

// A call takes half a minute, with all its tries a few; after an hour nobody is left who could say how it ended.
constexpr std::chrono::hours forgotten_after{1};

std::int64_t share_of(const BudgetPlan& plan, double share) {
  return static_cast<std::int64_t>(static_cast<double>(plan.monthly) * share);
}

struct Told {
  rows::Mark mark;
  BudgetState from;
  std::string_view notice;
};
constexpr std::array marks{Told{rows::Mark::warned, BudgetState::warned, database::notices::budget_warned},
                           Told{rows::Mark::throttled, BudgetState::throttled, database::notices::budget_throttled},
                           Told{rows::Mark::stopped, BudgetState::stopped, database::notices::budget_stopped}};

Result<void> tell_administrators(Session& session, std::string_view kind, std::optional<core::PhotoId> photo,
                                 core::Instant now) {
  SG_ASSIGN(const auto users, database::users::list_active(session, core::Role::administrator));
  for (const auto user : users)
    SG_TRY(
        database::notices::tell(session, {.user = user, .kind = kind, .photo = photo.value_or(core::PhotoId{})}, now));
  return {};
}

// Each mark is told once a month, by whoever comes to it first.
Result<void> tell_marks(Session& session, const BudgetPlan& plan, std::optional<core::PhotoId> photo,
                        core::Instant now) {
  SG_ASSIGN(const auto month, rows::month(session, now));
  const auto state = state_of(month, plan);
  for (const auto& [mark, from, notice] : marks) {
    if (state == BudgetState::off || state < from) continue;
    SG_ASSIGN(const bool is_first, rows::come_to(session, month.month, mark, now));
    if (is_first) SG_TRY(tell_administrators(session, notice, photo, now));
  }
  return {};
}

core::Error refusal(const BudgetPlan& plan, bool is_urgent) {
  const std::string why = plan.monthly == 0 ? "there is no budget for services outside (provider.monthly_budget_cents)"
                          : is_urgent       ? "the month's budget for services outside is used up"
                                      : "what is left of the month's budget for services outside is kept for urgent "
                                        "photos";
  return {.code = core::ErrorCode::quota_exceeded, .message = why};
}

}  // namespace

std::string_view name_of(BudgetState state) {
  constexpr std::array<std::string_view, 5> names{"off", "open", "warned", "throttled", "stopped"};
  return names.at(static_cast<std::size_t>(state));
}

BudgetState state_of(const rows::Month& month, const BudgetPlan& plan) {
  if (plan.monthly <= 0) return BudgetState::off;
  // Less than one unit is left: nothing more can be sent.
  if (month.committed() + plan.price_of_unit > plan.monthly) return BudgetState::stopped;
  if (month.committed() >= share_of(plan, throttled_at)) return BudgetState::throttled;
  if (month.committed() >= share_of(plan, warned_at)) return BudgetState::warned;
  return BudgetState::open;
}

std::int64_t Budget::limit_for(bool is_urgent) const {
  return is_urgent ? plan_.monthly : share_of(plan_, throttled_at);
}

Result<rows::CallId> Budget::reserve(const Wish& wish) {
  const auto now = clock_.now();
  SG_ASSIGN(const auto call, database_.write([&](Session& session) -> Result<std::optional<rows::CallId>> {
    SG_ASSIGN(const auto reserved, rows::reserve(session,
                                                 {.provider = wish.provider,
                                                  .photo_id = wish.photo,
                                                  .units = wish.units,
                                                  .amount = wish.units * plan_.price_of_unit,
                                                  .limit = limit_for(wish.is_urgent)},
                                                 now));
    SG_TRY(tell_marks(session, plan_, wish.photo, now));
    return reserved;
  }));
  if (!call) return core::fail(refusal(plan_, wish.is_urgent));
  return *call;
}

Result<void> Budget::settle(rows::CallId call, std::int64_t units) {
  return database_.write(
      [&](Session& session) { return rows::settle(session, call, units * plan_.price_of_unit, clock_.now()); });
}

Result<void> Budget::release(rows::CallId call, std::string_view error) {
  return database_.write([&](Session& session) { return rows::release(session, call, error, clock_.now()); });
}

Result<rows::Month> Budget::month() {
  return database_.write([&](Session& session) { return rows::month(session, clock_.now()); });
}

Result<std::string> Budget::check() {
  const auto now = clock_.now();
  return database_.write([&](Session& session) -> Result<std::string> {
    SG_ASSIGN(const auto forgotten, rows::settle_forgotten(session, now - forgotten_after, now));
    SG_TRY(tell_marks(session, plan_, std::nullopt, now));
    SG_ASSIGN(const auto month, rows::month(session, now));
    std::string text;
    core::JsonWriter json(text);
    json.begin_object().member("month", month.month).member("state", name_of(state_of(month, plan_)));
    json.member("reserved", month.reserved).member("spent", month.spent).member("forgotten", forgotten).end_object();
    return text;
  });
}

}  // namespace sightglass::inspection
