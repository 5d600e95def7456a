#include "queue/queue_figures.hpp"

#include <algorithm>

#include "queue/queue_limits.hpp"
#include "queue/task_kinds.hpp"

namespace sightglass::queue {
namespace {

using core::Result;
using database::Row;
using database::Session;
using All = std::vector<QueueFigures>;

QueueFigures* named(All& all, std::string_view name) {
  const auto queue = core::task_queue_from_name(name);
  const auto found = std::ranges::find(all, queue, &QueueFigures::queue);
  return found == all.end() ? nullptr : &*found;
}

// The totals that triggers keep: counting a million tasks reads a million entries of an index.
Result<void> read_tasks(Session& session, All& all) {
  SG_TRY(session.run("SELECT queue, state, sum(tasks) FROM task_totals WHERE kind <> $1 GROUP BY queue, state",
                     {group_kind}, [&](const Row& row) -> Result<void> {
                       auto* const figures = named(all, row.text(0));
                       const auto state = core::task_state_from_name(row.text(1));
                       if (figures && state && row.integer(2) != 0) figures->tasks[*state] = row.integer(2);
                       return {};
                     }));
  return {};
}

// The conditions of the partial index tasks_to_claim, which holds all that is asked for here.
Result<void> read_oldest(Session& session, core::Instant now, All& all) {
  SG_TRY(
      session.run("SELECT queue, min(run_at) FROM tasks WHERE state IN ('available', 'scheduled', 'retryable') AND "
                  "kind <> 'batch_process_images' AND run_at <= $1 GROUP BY queue",
                  {now}, [&](const Row& row) -> Result<void> {
                    if (auto* const figures = named(all, row.text(0))) figures->oldest_due = row.instant(1);
                    return {};
                  }));
  return {};
}

}  // namespace

Result<All> queue_figures(Session& session, core::Instant now) {
  SG_ASSIGN(const auto states, queue_states(session));
  All all;
  for (const auto& state : states) all.push_back({.queue = state.queue, .is_paused = state.paused_at.has_value()});
  SG_TRY(read_tasks(session, all));
  SG_TRY(read_oldest(session, now, all));
  SG_ASSIGN(const auto totals, rate_totals(session));
  for (const auto& [queue, rate] : totals)
    if (auto* const figures = named(all, core::name_of(queue))) figures->total = rate;
  return all;
}

}  // namespace sightglass::queue
