#include "queue/maintenance.hpp"

#include <vector>

#include "queue/rescue.hpp"
#include "queue/task_queue.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

std::int64_t report(const std::vector<core::Task>& discarded) {
  for (const core::Task& task : discarded)
    telemetry::log_warning(
        "a task was given up: its worker died each time",
        {{"task", task.id.to_string()}, {"kind", task.kind}, {"code", task.error_code}, {"request", task.request_id}});
  return static_cast<std::int64_t>(discarded.size());
}

}  // namespace

core::Result<std::int64_t> rescue_lost_tasks(database::Database& database, const core::Clock& clock) {
  // Looking costs no write: nearly always there is nothing to do.
  SG_ASSIGN(const bool is_any_lost, database.read([&](database::Session& session) -> core::Result<bool> {
    SG_ASSIGN(const auto lost, session.first("SELECT 1 FROM tasks WHERE state = 'running' AND lease_until < $1 LIMIT 1",
                                             {clock.now()}, [](const database::Row&) { return true; }));
    return lost.has_value();
  }));
  if (!is_any_lost) return 0;
  SG_ASSIGN(const auto discarded,
            database.write([&](database::Session& session) { return rescue_expired(session, clock.now()); }));
  return report(discarded);
}

core::Result<std::int64_t> release_interrupted_tasks(database::Database& database, std::string_view prefix,
                                                     const core::Clock& clock) {
  return database.write([&](database::Session& session) { return release_running(session, prefix, clock.now()); });
}

core::Result<std::int64_t> rescue_tasks_of(database::Database& database, std::string_view owner,
                                           const core::Clock& clock) {
  SG_ASSIGN(const auto discarded,
            database.write([&](database::Session& session) { return rescue_owner(session, owner, clock.now()); }));
  return report(discarded);
}

core::Result<std::int64_t> prune_old_tasks(database::Database& database, std::chrono::hours keep,
                                           const core::Clock& clock) {
  return database.write([&](database::Session& session) { return prune_finished(session, clock.now() - keep); });
}

}  // namespace sightglass::queue
