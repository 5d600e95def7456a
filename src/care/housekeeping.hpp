// The tasks that schedules start: what is to be done from time to time wherever a worker is free.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/current_run.hpp"
#include "database/database.hpp"
#include "queue/worker.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

// What these tasks work with; borrowed.
struct Housekeeping {
  storage::BlobStore& blobs;
  database::Database& database;
  const core::Clock& clock;
  std::chrono::days trash_kept{30};     // until what was thrown away is deleted for good
  std::chrono::days tasks_kept{30};     // after they ended
  database::CurrentRun* run = nullptr;  // of the node, for what is deleted
};

inline constexpr std::chrono::days ended_sign_ins_kept{7};  // so that late reuse of a refresh token is still recognised
inline constexpr std::chrono::days notices_kept{90};        // since they changed last, read or not
inline constexpr std::chrono::days resolved_failures_kept{90};  // the audit log tells longer who skipped what
inline constexpr std::int32_t most_days_counted = 90;           // at once, the latest ones

// Each may run any number of times with one result, blocks, and returns the task's result as JSON.

// `cleanup_old_images`: empties the trash of what lay in it long enough, each with an audit entry. What could not be
// deleted is counted as failed, and left to the next run. `should_stop` is asked before each photo.
core::Result<std::string> cleanup_old_images(const Housekeeping& house, const std::function<bool()>& should_stop = {});
// `prune_history`: forgets finished tasks, ended sign-ins, old notices and failures resolved long ago, and keeps the
// queues' figures of long ago by the hour.
core::Result<std::string> prune_history(const Housekeeping& house);
// `generate_daily_analytics`: counts every day that is over and was not counted yet; with the argument
// {"day":"2026-11-20"} that day alone, anew. invalid_input when it is no day, or not over.
core::Result<std::string> generate_daily_analytics(const Housekeeping& house, const core::Task& task);

// By kind; one for each of queue::schedules::schedulable_kinds() but check_budget_usage and check_drift, which are
// inspection's, and pull_all_sources, which is that of pulls. `house` outlives them.
queue::TaskHandlers housekeeping_handlers(const Housekeeping& house);

}  // namespace sightglass::care
