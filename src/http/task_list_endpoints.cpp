// Tasks for people: lists and counts, one with its attempts, trying again and cancelling.
#include <algorithm>
#include <array>

#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/task_access.hpp"
#include "http/task_filter.hpp"
#include "http/task_json.hpp"
#include "queue/retry.hpp"
#include "queue/task_attempts.hpp"
#include "queue/task_failures.hpp"
#include "queue/task_kinds.hpp"
#include "queue/task_list.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {
namespace {

using core::TaskState;

constexpr std::array states{TaskState::available, TaskState::scheduled, TaskState::running,  TaskState::retryable,
                            TaskState::completed, TaskState::discarded, TaskState::cancelled};

// A task with its photo, which is missing of a deleted one, or of a batch with its members.
struct ShownTask {
  core::Task task{};
  std::optional<core::Photo> photo{};
  std::optional<queue::GroupCounts> members{};
};

core::Result<ShownTask> with_context(database::Session& session, core::Task task) {
  ShownTask shown{.task = std::move(task)};
  if (shown.task.kind == queue::group_kind) {
    SG_ASSIGN(auto counts, queue::count_group(session, shown.task.id));
    // Those of long ago are forgotten; then its own row is all there is.
    if (counts.total > 0) shown.members = counts;
  }
  if (!shown.task.photo_id) return shown;
  SG_ASSIGN(shown.photo, database::photos::find(session, *shown.task.photo_id));
  return shown;
}

void write_photo(core::JsonWriter& json, const std::optional<core::Photo>& photo) {
  json.key("photo");
  if (!photo) {
    json.null();
    return;
  }
  const auto id = photo->id.to_string();
  json.begin_object().member("id", id).member("filename", photo->filename);
  json.member("original_filename", photo->original_filename).member("description", photo->description);
  json.member("thumbnail_url", "/api/v1/images/photos/" + id + "/thumbnail");
  json.member("uploaded_by", photo->uploaded_by ? std::optional(photo->uploaded_by->to_string()) : std::nullopt);
  json.end_object();
}

void write_shown(core::JsonWriter& json, const ShownTask& shown) {
  json.begin_object();
  write_task_members(json, shown.task, shown.members);
  write_photo(json, shown.photo);
  json.end_object();
}

Response fresh(std::string text) {
  auto response = Response::json(200, std::move(text));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

core::Result<Response> list_tasks(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  auto filter = read_task_filter(query);
  filter.states = read_task_states(query);
  SG_TRY(query.finish());
  SG_ASSIGN(filter.before, read_id_cursor<core::TaskId>("tasks", page.cursor));
  filter.limit = page.limit + 1;
  std::optional<std::string> next;
  using Rows = std::vector<ShownTask>;
  SG_ASSIGN(const auto rows, services.database.read([&](database::Session& session) -> core::Result<Rows> {
    SG_ASSIGN(auto tasks, queue::list(session, filter, accounts::visibility_of(request.caller)));
    next = cut_page(tasks, page.limit, "tasks");
    Rows shown;
    for (auto& task : tasks) {
      SG_ASSIGN(auto row, with_context(session, std::move(task)));
      shown.push_back(std::move(row));
    }
    return shown;
  }));
  return fresh(page_json(rows, next, write_shown));
}

core::Result<Response> count_tasks(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto filter = read_task_filter(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto counts, services.database.read([&](database::Session& session) {
    return queue::count_states(session, filter, accounts::visibility_of(request.caller));
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  for (const auto state : states) {
    const auto found = std::ranges::find(counts, state, &queue::StateCount::state);
    json.member(core::name_of(state), found == counts.end() ? std::int64_t{0} : found->count);
  }
  json.end_object();
  return fresh(std::move(text));
}

void write_failure(core::JsonWriter& json, const queue::TaskFailure& failure) {
  json.begin_object().member("attempt", failure.attempt);
  json.member("started_at", failure.started_at ? std::optional(core::to_iso8601(*failure.started_at)) : std::nullopt);
  json.member("failed_at", core::to_iso8601(failure.failed_at)).member("worker", failure.worker);
  json.member("error", failure.error).member("code", failure.code).end_object();
}

void write_attempt(core::JsonWriter& json, const queue::TaskAttempt& attempt) {
  const auto text_of = [](const std::optional<core::Instant>& at) {
    return at ? std::optional(core::to_iso8601(*at)) : std::nullopt;
  };
  const auto known = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  json.begin_object().member("attempt", attempt.number).member("end", queue::name_of(attempt.end));
  json.member("started_at", text_of(attempt.started_at)).member("ended_at", text_of(attempt.ended_at));
  json.member("worker", known(attempt.worker)).member("error", known(attempt.error));
  json.member("error_code", known(attempt.error_code));
  json.key("log").raw(attempt.log).member("log_dropped", attempt.log_dropped).end_object();
}

core::Result<std::string> detail_json(database::Session& session, core::Task task) {
  SG_ASSIGN(const auto failures, queue::failures_of(session, task.id));
  SG_ASSIGN(const auto attempts, queue::attempts_of(session, task));
  SG_ASSIGN(const auto shown, with_context(session, std::move(task)));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_task_members(json, shown.task, shown.members);
  write_photo(json, shown.photo);
  json.member("priority", shown.task.priority);
  json.member("worker", shown.task.lease_owner.empty() ? std::nullopt : std::optional(shown.task.lease_owner));
  json.key("arguments").raw(shown.task.arguments.empty() ? "{}" : shown.task.arguments);
  json.key("result").raw(shown.task.result.empty() ? "null" : shown.task.result);
  json.key("failures").begin_array();
  for (const auto& failure : failures) write_failure(json, failure);
  json.end_array().key("attempt_list").begin_array();
  for (const auto& attempt : attempts) write_attempt(json, attempt);
  json.end_array().key("members");
  if (shown.task.kind == queue::group_kind)
    write_batch_counts(json, shown.members.value_or(queue::GroupCounts{}));
  else
    json.null();
  json.end_object();
  return text;
}

core::Result<Response> get_task(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_task(request));
  SG_ASSIGN(auto text, services.database.read([&](database::Session& session) -> core::Result<std::string> {
    SG_ASSIGN(auto task, visible_task(session, request.caller, id));
    return detail_json(session, std::move(task));
  }));
  return fresh(std::move(text));
}

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         std::string action, core::TaskId id) {
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = std::move(action), .object_type = "task", .object_id = id.to_string()});
}

core::Result<Response> retry_task(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_task(request));
  SG_ASSIGN(auto text, services.database.write([&](database::Session& session) -> core::Result<std::string> {
    SG_ASSIGN(const auto task, visible_task(session, request.caller, id));
    SG_TRY(may_change_task(session, request.caller, task));
    SG_ASSIGN(auto again, queue::try_again(session, id, services.clock.now()));
    SG_TRY(audit(services, session, request, "task.retry", id));
    return detail_json(session, std::move(again));
  }));
  if (services.wake_workers) services.wake_workers();
  return fresh(std::move(text));
}

core::Error cannot_cancel() {
  return {.code = core::ErrorCode::conflict, .message = "the task has ended already, or everything of the batch has"};
}

core::Result<Response> cancel_task(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_task(request));
  SG_ASSIGN(auto text, services.database.write([&](database::Session& session) -> core::Result<std::string> {
    SG_ASSIGN(const auto task, visible_task(session, request.caller, id));
    SG_TRY(may_change_task(session, request.caller, task));
    SG_ASSIGN(const auto outcome, queue::cancel(session, id, services.clock.now()));
    if (outcome == queue::Cancellation::too_late) return core::fail(cannot_cancel());
    SG_TRY(audit(services, session, request, "task.cancel", id));
    SG_ASSIGN(auto cancelled, queue::find(session, id));
    return detail_json(session, std::move(cancelled).value_or(task));
  }));
  return fresh(std::move(text));
}

Endpoint row(Method method, std::string_view pattern, std::string_view operation, ObjectCheck check, Handler handle) {
  const bool is_read = method == Method::get;
  return {.method = method,
          .pattern = pattern,
          .operation = operation,
          .guard = {.least_role = is_read ? core::Role::viewer : core::Role::technician,
                    .area = accounts::Area::tasks,
                    .access = is_read ? accounts::Access::read : accounts::Access::write,
                    .check = check},
          .handle = std::move(handle)};
}

}  // namespace

void add_task_list_endpoints(EndpointTable& table, const Services& services) {
  using enum ObjectCheck;
  table.push_back(row(Method::get, "/api/v1/tasks", "listTasks", listing, bound_with_query(services, list_tasks)));
  table.push_back(
      row(Method::get, "/api/v1/tasks/counts", "countTasks", listing, bound_with_query(services, count_tasks)));
  table.push_back(row(Method::get, "/api/v1/tasks/{task_id}", "getTask", photo, bound(services, get_task)));
  table.push_back(row(Method::post, "/api/v1/tasks/{task_id}/retry", "retryTask", photo, bound(services, retry_task)));
  table.push_back(
      row(Method::post, "/api/v1/tasks/{task_id}/cancel", "cancelTask", photo, bound(services, cancel_task)));
}

}  // namespace sightglass::http
