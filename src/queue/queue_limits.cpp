#include "queue/queue_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;

constexpr std::string_view state_columns = "name, weight, max_running, paused_at, changed_by";

QueueState read_state(const Row& row) {
  return {.queue = core::task_queue_from_name(row.text(0)).value_or(core::TaskQueue::normal),
          .weight = static_cast<std::int32_t>(row.integer(1)),
          .max_running = static_cast<std::int32_t>(row.integer(2)),
          .paused_at = row.optional_instant(3),
          .changed_by = row.string(4)};
}

core::Result<void> check(std::string_view field, std::optional<std::int32_t> value, std::int32_t least,
                         std::int32_t most) {
  if (!value || (*value >= least && *value <= most)) return {};
  return core::fail(
      core::invalid_input(std::string(field), fmt::format("must be a whole number from {} to {}", least, most)));
}

core::Result<std::int64_t> count_running(Session& session, core::TaskQueue queue) {
  SG_ASSIGN(const auto count, session.first("SELECT count(*) FROM tasks WHERE queue = $1 AND state = 'running'",
                                            {core::name_of(queue)}, [](const Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

}  // namespace

core::Result<std::vector<QueueState>> queue_states(Session& session) {
  SG_ASSIGN(auto states, session.all("SELECT " + std::string(state_columns) + " FROM task_queues", {}, read_state));
  std::ranges::sort(states, {}, &QueueState::queue);
  return states;
}

core::Result<QueueState> change_queue(Session& session, core::TaskQueue queue, const QueueChange& change,
                                      std::string_view changed_by, core::Instant now) {
  SG_TRY(check("weight", change.weight, 1, most_weight));
  SG_TRY(check("max_running", change.max_running, 0, most_running));
  SG_ASSIGN(auto states, queue_states(session));
  const auto found = std::ranges::find(states, queue, &QueueState::queue);
  if (found == states.end()) return core::fail(core::not_found("There is no such queue."));
  QueueState state = *found;
  if (change.is_empty()) return state;
  state.weight = change.weight.value_or(state.weight);
  state.max_running = change.max_running.value_or(state.max_running);
  state.changed_by = changed_by;
  // Pausing what is paused keeps the time of the first.
  if (change.is_paused)
    state.paused_at = *change.is_paused ? std::optional(state.paused_at.value_or(now)) : std::nullopt;
  SG_TRY(
      session.execute("UPDATE task_queues SET weight = $2, max_running = $3, paused_at = $4, changed_by = $5, "
                      "changed_at = $6 WHERE name = $1",
                      {core::name_of(queue), state.weight, state.max_running, state.paused_at, state.changed_by, now}));
  return state;
}

core::Result<std::vector<core::TaskQueue>> open_queues(Session& session) {
  SG_ASSIGN(const auto states, queue_states(session));
  std::vector<core::TaskQueue> open;
  for (const QueueState& state : states)
    if (!state.paused_at) open.push_back(state.queue);
  return open;
}

core::Result<void> hold_limited(Session& session, std::span<const core::TaskQueue> queues) {
  if (session.dialect() == database::Dialect::sqlite) return {};
  Session::Parameters names;
  std::string list;
  for (const core::TaskQueue queue : queues) {
    names.emplace_back(core::name_of(queue));
    list += (list.empty() ? "$" : ", $") + std::to_string(names.size());
  }
  if (names.empty()) return {};
  SG_TRY(
      session.all("SELECT 1 FROM task_queues WHERE max_running > 0 AND name IN (" + list + ") ORDER BY name FOR UPDATE",
                  names, [](const Row&) { return true; }));
  return {};
}

core::Result<std::int32_t> room_in(Session& session, core::TaskQueue queue, std::int32_t wanted) {
  const std::string select = "SELECT " + std::string(state_columns) + " FROM task_queues WHERE name = $1";
  SG_ASSIGN(auto state, session.first(select, {core::name_of(queue)}, read_state));
  if (!state) return wanted;
  if (state->paused_at) return 0;
  if (state->max_running == 0) return wanted;
  if (session.dialect() == database::Dialect::postgres)
    SG_TRY(session.first(select + " FOR UPDATE", {core::name_of(queue)}, read_state));
  SG_ASSIGN(const auto running, count_running(session, queue));
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(state->max_running - running, 0, wanted));
}

}  // namespace sightglass::queue
