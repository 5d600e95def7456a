#include <algorithm>
#include <string>

#include "queue/group.hpp"
#include "queue/task_kinds.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue {
namespace {

using database::Session;

// The conflict names the partial index tasks_unique, condition and all, so that no other conflict passes for it.
constexpr std::string_view or_leave_it =
    " ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', "
    "'retryable') DO NOTHING";

core::Result<bool> insert(Session& session, core::TaskId id, const NewTask& task, core::Instant now) {
  const core::Instant run_at = task.run_at.value_or(now);
  const auto state = run_at > now ? core::TaskState::scheduled : core::TaskState::available;
  const auto key = task.unique_key.empty() ? std::nullopt : std::optional(task.unique_key);
  SG_ASSIGN(
      const auto rows,
      session.execute("INSERT INTO tasks (id, kind, queue, priority, state, arguments, photo_id, group_id, attempts, "
                      "max_attempts, run_at, created_at, lease_owner, error, result, progress, request_id, unique_key) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, '', '', 'null', 0, $12, $13)" +
                          std::string(key ? or_leave_it : ""),
                      {id, task.kind, core::name_of(task.queue), std::clamp(task.priority, -100, 100),
                       core::name_of(state), task.arguments, task.photo_id, task.group_id,
                       std::max(task.max_attempts, 1), run_at, now, task.request_id, key}));
  return rows == 1;
}

}  // namespace

core::Result<std::optional<core::TaskId>> enqueue_unique(Session& session, const NewTask& task, core::Instant now) {
  const auto id = core::TaskId::make(now);
  SG_ASSIGN(const bool is_new, insert(session, id, task, now));
  if (!is_new) return std::optional<core::TaskId>{};
  if (task.kind == group_kind) SG_TRY(open_group(session, id));
  if (task.group_id) SG_TRY(join_group(session, *task.group_id));
  return std::optional(id);
}

core::Result<core::TaskId> enqueue(Session& session, const NewTask& task, core::Instant now) {
  SG_ASSIGN(const auto id, enqueue_unique(session, task, now));
  if (!id) return core::fail(core::ErrorCode::conflict, "Such a task waits or runs already.");
  return *id;
}

}  // namespace sightglass::queue
