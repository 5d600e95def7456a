#include "queue/maintenance.hpp"

#include <vector>

#include "queue/rescue.hpp"
#include "queue/task_queue.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

constexpr std::int32_t forgotten_at_once = 1000;

}  // namespace

std::int64_t report_discarded(const std::vector<core::Task>& discarded) {
  for (const core::Task& task : discarded)
    telemetry::log_warning(
        "a task was given up: its worker died each time",
        {{"task", task.id.to_string()}, {"kind", task.kind}, {"code", task.error_code}, {"request", task.request_id}});
  return static_cast<std::int64_t>(discarded.size());
}

core::Result<std::int64_t> release_interrupted_tasks(database::Database& database, std::string_view prefix,
                                                     const core::Clock& clock) {
  return database.write([&](database::Session& session) { return release_running(session, prefix, clock.now()); });
}

core::Result<std::int64_t> rescue_tasks_of(database::Database& database, std::string_view owner,
                                           const core::Clock& clock) {
  SG_ASSIGN(const auto discarded,
            database.write([&](database::Session& session) { return rescue_owner(session, owner, clock.now()); }));
  return report_discarded(discarded);
}

core::Result<std::int64_t> prune_old_tasks(database::Database& database, std::chrono::hours keep,
                                           const core::Clock& clock) {
  const auto before = clock.now() - keep;
  std::int64_t all = 0;
  for (;;) {
    SG_ASSIGN(const auto some, database.write_guarded([&](database::Session& session) {
      return prune_finished(session, before, forgotten_at_once);
    }));
    all += some;
    if (some == 0) return all;
  }
}

}  // namespace sightglass::queue
