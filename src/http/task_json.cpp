#include "http/task_json.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace sightglass::http {
namespace {

void write_head(core::JsonWriter& json, const core::Task& task, std::string_view status, bool is_ready) {
  json.begin_object().member("task_id", task.id.to_string()).member("status", status);
  json.member("ready", is_ready).member("successful", is_ready && status == "SUCCESS");
}

std::int64_t finished_of(const queue::GroupCounts& counts) { return counts.success + counts.failure + counts.revoked; }

std::int64_t progress_of(const core::Task& task) {
  return task.state == core::TaskState::completed ? 100 : task.progress;
}

std::int64_t progress_of(const queue::GroupCounts& counts) {
  return finished_of(counts) * 100 / std::max<std::int64_t>(counts.total, 1);
}

std::string_view status_of(const core::Task& batch, const queue::GroupCounts& counts) {
  // Members that are long finished may have been pruned; then the batch's own row is all there is.
  if (counts.total == 0) return core::client_status_of(batch.state);
  if (finished_of(counts) < counts.total) {
    return counts.pending == counts.total ? "PENDING" : "STARTED";
  }
  if (counts.failure > 0) return "FAILURE";
  return counts.success > 0 ? "SUCCESS" : "REVOKED";
}

std::optional<std::string> text_of(const std::optional<core::Instant>& instant) {
  if (!instant) return std::nullopt;
  return core::to_iso8601(*instant);
}

template <typename Tag>
std::optional<std::string> text_of(const std::optional<core::UuidId<Tag>>& id) {
  if (!id) return std::nullopt;
  return id->to_string();
}

std::optional<std::string_view> known(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void write_batch_counts(core::JsonWriter& json, const queue::GroupCounts& counts) {
  json.begin_object().member("total", counts.total).member("pending", counts.pending);
  json.member("started", counts.started).member("retry", counts.retry).member("success", counts.success);
  json.member("failure", counts.failure).member("revoked", counts.revoked).end_object();
}

void write_task_members(core::JsonWriter& json, const core::Task& task,
                        const std::optional<queue::GroupCounts>& members) {
  // When a finished task was due tells nobody anything.
  const auto due_at = core::is_final(task.state) ? std::nullopt : std::optional(task.run_at);
  json.member("id", task.id.to_string()).member("kind", task.kind).member("queue", core::name_of(task.queue));
  json.member("state", core::name_of(task.state))
      .member("status", members ? status_of(task, *members) : core::client_status_of(task.state));
  json.member("attempts", task.attempts).member("max_attempts", task.max_attempts);
  json.member("progress", members ? progress_of(*members) : progress_of(task));
  json.member("created_at", core::to_iso8601(task.created_at)).member("due_at", text_of(due_at));
  json.member("started_at", text_of(task.started_at)).member("finished_at", text_of(task.finished_at));
  json.member("cancel_requested_at", text_of(task.cancel_requested_at));
  json.member("error", known(task.error))
      .member("error_code", known(task.error_code))
      .member("photo_id", text_of(task.photo_id));
  json.member("batch_id", text_of(task.group_id));
}

void write_task(core::JsonWriter& json, const core::Task& task) {
  json.begin_object();
  write_task_members(json, task);
  json.end_object();
}

std::string task_status_json(const core::Task& task) {
  std::string text;
  core::JsonWriter json(text);
  const bool is_ready = core::is_final(task.state);
  write_head(json, task, core::client_status_of(task.state), is_ready);
  json.member("progress", progress_of(task));
  json.key("result").raw(task.result.empty() ? "null" : task.result).key("error");
  if (task.error.empty()) {
    json.null();
  } else {
    json.string(task.error);
  }
  json.end_object();
  return text;
}

std::string batch_status_json(const core::Task& batch, const queue::GroupCounts& counts) {
  std::string text;
  core::JsonWriter json(text);
  const bool is_ready = counts.total == 0 ? core::is_final(batch.state) : finished_of(counts) == counts.total;
  write_head(json, batch, status_of(batch, counts), is_ready);
  json.member("progress", progress_of(counts));
  json.key("result");
  if (is_ready) {
    write_batch_counts(json, counts);
  } else {
    json.null();
  }
  json.key("error").null().key("members");
  write_batch_counts(json, counts);
  json.end_object();
  return text;
}

}  // namespace sightglass::http
