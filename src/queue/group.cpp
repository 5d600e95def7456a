#include "queue/group.hpp"

#include <boost/json.hpp>
#include <string>

#include "core/json_writer.hpp"
#include "queue/task_kinds.hpp"

namespace sightglass::queue {
namespace {

using core::TaskState;
using database::Row;
using database::Session;

struct Tally {
  std::int64_t members = 0;
  std::int64_t completed = 0;
  std::int64_t discarded = 0;
  std::int64_t cancelled = 0;
  std::string completion{};
  bool is_over() const { return members > 0 && completed + discarded + cancelled >= members; }
};
constexpr std::string_view tally_columns = "members, completed, discarded, cancelled, completion";

Tally read_tally(const Row& row) {
  return {.members = row.integer(0),
          .completed = row.integer(1),
          .discarded = row.integer(2),
          .cancelled = row.integer(3),
          .completion = row.string(4)};
}

// The column that counts members which ended like this.
core::Result<std::string> column_of(TaskState state) {
  if (!core::is_final(state)) return core::fail(core::internal_error("only ended members are counted"));
  return std::string(core::name_of(state));
}

TaskState end_of(const Tally& tally) {
  if (tally.completed > 0) return TaskState::completed;
  return tally.discarded > 0 ? TaskState::discarded : TaskState::cancelled;
}

std::string result_of(const Tally& tally) {
  std::string json;
  core::JsonWriter(json)
      .begin_object()
      .member("total", tally.members)
      .member("success", tally.completed)
      .member("failure", tally.discarded)
      .member("revoked", tally.cancelled)
      .end_object();
  return json;
}

std::string completion_json(const NewTask& task, core::TaskId group) {
  boost::json::object arguments;
  boost::system::error_code failed;
  if (auto given = boost::json::parse(task.arguments, failed); !failed && given.is_object())
    arguments = std::move(given.get_object());
  arguments["batch_id"] = group.to_string();
  std::string json;
  core::JsonWriter(json)
      .begin_object()
      .member("kind", task.kind)
      .member("queue", core::name_of(task.queue))
      .member("arguments", boost::json::serialize(arguments))
      .member("request_id", task.request_id)
      .end_object();
  return json;
}

core::Result<void> enqueue_completion(Session& session, core::TaskId group, const Tally& tally, core::Instant now) {
  if (tally.completion.empty()) return {};
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(tally.completion, failed);
  if (failed || !parsed.is_object()) return core::fail(core::internal_error("a batch's completion task is no JSON"));
  const auto text = [&](std::string_view name) {
    const auto* const value = parsed.get_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const auto kind = kind_named(text("kind"));
  SG_TRY(enqueue(session,
                 {.kind = text("kind"),
                  .queue = core::task_queue_from_name(text("queue")).value_or(kind.queue),
                  .arguments = text("arguments"),
                  .max_attempts = kind.max_attempts,
                  .request_id = text("request_id")},
                 now));
  // Once is enough, however often the batch ends.
  SG_TRY(session.execute("UPDATE task_groups SET completion = '' WHERE id = $1", {group}));
  return {};
}

core::Result<void> end_group(Session& session, core::TaskId group, const Tally& tally, core::Instant now) {
  const TaskState end = end_of(tally);
  SG_ASSIGN(const auto ended,
            session.execute("UPDATE tasks SET state = $2, finished_at = $3, result = $4, error = $5, progress = 100 "
                            "WHERE id = $1 AND finished_at IS NULL",
                            {group, core::name_of(end), now, result_of(tally),
                             end == TaskState::discarded ? "No picture of the batch could be analysed." : ""}));
  if (ended == 0) return {};
  return enqueue_completion(session, group, tally, now);
}

std::int64_t& count_for(GroupCounts& counts, TaskState state) {
  if (state == TaskState::running) return counts.started;
  return state == TaskState::retryable ? counts.retry : counts.pending;
}

}  // namespace

core::Result<void> open_group(Session& session, core::TaskId group) {
  SG_TRY(
      session.execute("INSERT INTO task_groups (id, members, completed, discarded, cancelled, completion) "
                      "VALUES ($1, 0, 0, 0, 0, '')",
                      {group}));
  return {};
}

core::Result<void> join_group(Session& session, core::TaskId group) {
  SG_ASSIGN(const auto joined,
            session.execute("UPDATE task_groups SET members = members + 1 WHERE id = $1 AND EXISTS "
                            "(SELECT 1 FROM tasks WHERE tasks.id = $1 AND tasks.finished_at IS NULL)",
                            {group}));
  if (joined == 1) return {};
  SG_ASSIGN(const auto there, find(session, group));
  if (there && there->kind == group_kind) return core::fail(core::ErrorCode::conflict, "The batch has ended already.");
  return core::fail(core::not_found("There is no such batch."));
}

core::Result<void> set_completion(Session& session, core::TaskId group, const NewTask& task) {
  SG_ASSIGN(const auto set, session.execute("UPDATE task_groups SET completion = $2 WHERE id = $1",
                                            {group, completion_json(task, group)}));
  if (set == 0) return core::fail(core::not_found("There is no such batch."));
  return {};
}

core::Result<void> count_ended(Session& session, core::TaskId group, TaskState state, std::int64_t members,
                               core::Instant now) {
  SG_ASSIGN(const auto column, column_of(state));
  SG_ASSIGN(const auto tally, session.first("UPDATE task_groups SET " + column + " = " + column +
                                                " + $2 WHERE id = $1 RETURNING " + std::string(tally_columns),
                                            {group, members}, read_tally));
  if (!tally || !tally->is_over()) return {};
  return end_group(session, group, *tally, now);
}

core::Result<void> reopen(Session& session, core::TaskId group, TaskState state) {
  SG_ASSIGN(const auto column, column_of(state));
  SG_TRY(session.execute("UPDATE task_groups SET " + column + " = " + column + " - 1 WHERE id = $1", {group}));
  SG_TRY(
      session.execute("UPDATE tasks SET state = 'available', finished_at = NULL, error = '', result = 'null', "
                      "progress = 0 WHERE id = $1 AND finished_at IS NOT NULL",
                      {group}));
  return {};
}

core::Result<GroupCounts> count_group(Session& session, core::TaskId group) {
  GroupCounts counts;
  SG_ASSIGN(const auto tally, session.first("SELECT " + std::string(tally_columns) + " FROM task_groups WHERE id = $1",
                                            {group}, read_tally));
  if (!tally) return counts;
  counts.total = tally->members;
  counts.success = tally->completed;
  counts.failure = tally->discarded;
  counts.revoked = tally->cancelled;
  SG_TRY(
      session.run("SELECT state, count(*) FROM tasks WHERE group_id = $1 AND state IN ('available', 'scheduled', "
                  "'running', 'retryable') GROUP BY state",
                  {group}, [&](const Row& row) -> core::Result<void> {
                    const auto state = core::task_state_from_name(row.text(0));
                    count_for(counts, state.value_or(TaskState::available)) += row.integer(1);
                    return {};
                  }));
  return counts;
}

}  // namespace sightglass::queue
