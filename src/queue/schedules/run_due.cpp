#include "queue/schedules/run_due.hpp"

#include <algorithm>

#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"
#include "queue/schedules/timing.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue::schedules {
namespace {

constexpr std::int32_t schedules_at_a_time = 100;  // the rest is due the next time

void log_trouble(std::string_view event, const Schedule& schedule, const core::Error& error) {
  telemetry::log_error(event, {{"schedule", schedule.name}, {"message", error.message}, {"cause", error.cause}});
}

core::Result<void> set_aside(database::Database& database, const Schedule& schedule, core::Instant now) {
  return database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto found, find(session, schedule.id));
    // A person may have put it right meanwhile.
    if (found && found->revision == schedule.revision) SG_TRY(pause(session, schedule.id, "system", now));
    return {};
  });
}

// How many tasks were started.
core::Result<std::int64_t> run(database::Database& database, const Schedule& schedule, core::Instant now) {
  const auto runs = plan_runs(schedule, now);
  if (!runs) {
    log_trouble("paused a schedule that is not understood any more", schedule, runs.error());
    SG_TRY(set_aside(database, schedule, now));
    return 0;
  }
  SG_ASSIGN(const auto tasks,
            database.write([&](database::Session& session) { return start_runs(session, schedule, *runs, now); }));
  if (!tasks) return 0;
  if (tasks->empty())
    telemetry::log_info("skipped a run that was missed",
                        {{"schedule", schedule.name}, {"due", core::to_iso8601(schedule.next_due.value_or(now))}});
  for (const auto task : *tasks)
    telemetry::log_info("started by schedule", {{"schedule", schedule.name}, {"task", task.to_string()}});
  return std::ssize(*tasks);
}

}  // namespace

core::Result<Runs> plan_runs(const Schedule& schedule, core::Instant now) {
  SG_ASSIGN(const auto timing, Timing::parse(schedule.expression, schedule.time_zone));
  if (!schedule.next_due) return Runs{};
  const auto planned = *schedule.next_due;
  const bool is_each = schedule.missed == MissedRuns::run_each;
  Runs runs{.due = timing.latest_due(planned, now, is_each ? schedule.most_missed : 1)};
  // The zone's rules were changed since it was planned: what was planned is run.
  if (runs.due.empty()) runs.due.push_back(planned);
  std::ranges::reverse(runs.due);
  const bool is_late = now - runs.due.back() > punctual;
  if (schedule.missed == MissedRuns::skip && is_late) runs.due.clear();
  if (!timing.is_one_off()) runs.next_due = timing.next_after(now);
  return runs;
}

core::Result<std::optional<std::vector<core::TaskId>>> start_runs(database::Session& session, const Schedule& schedule,
                                                                  const Runs& runs, core::Instant now) {
  const auto last_due = runs.due.empty() ? std::nullopt : std::optional(runs.due.back());
  SG_ASSIGN(const bool is_first, advance(session, schedule, runs.next_due, last_due));
  if (!is_first) return std::nullopt;
  std::vector<core::TaskId> tasks;
  for (const auto due : runs.due) {
    SG_ASSIGN(const auto task, start_task(session, schedule, Start::when_due, due, now));
    tasks.push_back(task);
  }
  if (!tasks.empty()) SG_TRY(set_last_task(session, schedule.id, tasks.back()));
  return tasks;
}

core::Result<DueReport> run_due_schedules(database::Database& database, const core::Clock& clock) {
  const auto now = clock.now();
  SG_ASSIGN(const auto due,
            database.read([&](database::Session& session) { return list_due(session, now, schedules_at_a_time); }));
  DueReport report;
  for (const auto& schedule : due) {
    const auto started = run(database, schedule, now);
    if (started) {
      report.started += *started;
      continue;
    }
    ++report.failed;
    log_trouble("a schedule could not be run", schedule, started.error());
  }
  return report;
}

}  // namespace sightglass::queue::schedules
