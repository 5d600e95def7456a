// Trying again, cancelling and forgetting many tasks at once, and forgetting one.
#include <algorithm>
#include <array>
#include <utility>

#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/task_access.hpp"
#include "http/task_filter.hpp"
#include "queue/retry.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t most_named = 500;
constexpr std::int32_t at_once = 200;  // of a filter's tasks in one call
constexpr std::array<std::string_view, 3> actions{"retry", "cancel", "delete"};

struct TaskBulk {
  std::string action{};
  std::optional<std::vector<core::TaskId>> tasks{};
  std::optional<queue::TaskFilter> filter{};
};

struct TaskBulkOutcome {
  std::vector<core::TaskId> changed{};
  std::vector<std::pair<core::TaskId, std::string>> refused{};
  std::optional<std::string> next{};
};

// A JSON object names each member once: several states are one text with commas.
void add_parameter(Parameters& query, const std::string& name, std::string_view value) {
  for (auto comma = value.find(','); name == "state" && comma != std::string_view::npos; comma = value.find(',')) {
    query.add(name, std::string(value.substr(0, comma)));
    value.remove_prefix(comma + 1);
  }
  query.add(name, std::string(value));
}

core::Result<queue::TaskFilter> read_filter(const Parameters& parameters, const std::optional<std::string>& cursor) {
  Request as_query;
  for (const auto& [name, value] : parameters.pairs()) add_parameter(as_query.query, name, value);
  QueryReader reader(as_query);
  auto filter = read_task_filter(reader);
  filter.states = read_task_states(reader);
  if (const auto checked = reader.finish(); !checked)
    return core::fail(core::invalid_input("filter", checked.error().message));
  SG_ASSIGN(filter.before, read_id_cursor<core::TaskId>("tasks", cursor));
  filter.limit = at_once + 1;
  return filter;
}

core::Result<TaskBulk> read_bulk(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  TaskBulk bulk{.action = body.optional_choice("action", actions).value_or("")};
  if (bulk.action.empty()) body.refuse("action", "must be retry, cancel or delete");
  const bool names_tasks = body.has("tasks");
  if (names_tasks) bulk.tasks = body.required_ids<core::TaskId>("tasks", most_named);
  auto filter = body.optional_parameters("filter");
  const auto cursor = body.optional_string("cursor", 500);
  SG_TRY(body.finish());
  if (names_tasks == filter.has_value())
    return core::fail(core::invalid_input("tasks", "give either tasks or a filter"));
  if (filter) {
    SG_ASSIGN(bulk.filter, read_filter(*filter, cursor));
  }
  return bulk;
}

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         std::string_view action, core::TaskId id) {
  return services.audit.append(
      session, request.caller, origin_of(request),
      {.action = "task." + std::string(action), .object_type = "task", .object_id = id.to_string()});
}

core::Result<void> apply(const Services& services, database::Session& session, std::string_view action,
                         core::TaskId id) {
  const auto now = services.clock.now();
  if (action == "retry") {
    SG_TRY(queue::try_again(session, id, now));
    return {};
  }
  if (action == "cancel") {
    SG_ASSIGN(const auto outcome, queue::cancel(session, id, now));
    if (outcome != queue::Cancellation::too_late) return {};
    return core::fail(core::ErrorCode::conflict, "the task has ended already");
  }
  SG_ASSIGN(const bool is_gone, queue::forget(session, id));
  if (is_gone) return {};
  return core::fail(core::ErrorCode::conflict, "the task has not ended; cancel it first");
}

// A transaction for each, so that what is refused undoes itself and nothing else.
core::Result<void> change_one(const Services& services, const Request& request, std::string_view action,
                              core::TaskId id) {
  return services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto task, visible_task(session, request.caller, id));
    SG_TRY(may_change_task(session, request.caller, task));
    // What a photo went through is its history; only those who delete photos may shorten it.
    if (action == "delete" && request.caller.role < core::Role::operator_)
      return core::fail(core::ErrorCode::permission_denied, "operators and up may forget tasks");
    SG_TRY(apply(services, session, action, id));
    return audit(services, session, request, action, id);
  });
}

core::Result<std::vector<core::TaskId>> choose(const Services& services, const Request& request, TaskBulk& bulk,
                                               TaskBulkOutcome& outcome) {
  if (bulk.tasks) return *bulk.tasks;
  SG_ASSIGN(auto found, services.database.read([&](database::Session& session) {
    return queue::list(session, *bulk.filter, accounts::visibility_of(request.caller));
  }));
  outcome.next = cut_page(found, at_once, "tasks");
  std::vector<core::TaskId> ids;
  for (const auto& task : found) ids.push_back(task.id);
  return ids;
}

core::Result<TaskBulkOutcome> perform(const Services& services, const Request& request, TaskBulk bulk) {
  TaskBulkOutcome outcome;
  SG_ASSIGN(const auto ids, choose(services, request, bulk, outcome));
  for (const auto id : ids) {
    const auto changed = change_one(services, request, bulk.action, id);
    if (changed)
      outcome.changed.push_back(id);
    else if (is_refusal(changed.error().code))
      outcome.refused.emplace_back(id, changed.error().message);
    else
      return core::fail(changed.error());
  }
  return outcome;
}

std::string to_json(const TaskBulkOutcome& outcome) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("changed", static_cast<std::int64_t>(outcome.changed.size())).key("tasks").begin_array();
  for (const auto& id : outcome.changed) json.string(id.to_string());
  json.end_array().key("refused").begin_array();
  for (const auto& [id, problem] : outcome.refused)
    json.begin_object().member("id", id.to_string()).member("problem", problem).end_object();
  json.end_array().member("next", outcome.next).end_object();
  return text;
}

core::Result<Response> change_tasks(const Services& services, const Request& request) {
  SG_ASSIGN(auto bulk, read_bulk(request));
  SG_ASSIGN(const auto outcome, perform(services, request, std::move(bulk)));
  if (services.wake_workers && !outcome.changed.empty()) services.wake_workers();
  return Response::json(200, to_json(outcome));
}

core::Result<Response> forget_task(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_task(request));
  SG_TRY(change_one(services, request, "delete", id));
  return Response::empty(204);
}

}  // namespace

void add_task_bulk_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/tasks/bulk",
                   .operation = "changeTasks",
                   .guard = {.least_role = core::Role::technician,
                             .area = accounts::Area::tasks,
                             .access = accounts::Access::write,
                             .check = ObjectCheck::listing},
                   .body = BodyKind::json,
                   .handle = bound(services, change_tasks)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/tasks/{task_id}",
                   .operation = "deleteTask",
                   .guard = {.least_role = core::Role::operator_,
                             .area = accounts::Area::tasks,
                             .access = accounts::Access::write,
                             .check = ObjectCheck::photo},
                   .handle = bound(services, forget_task)});
}

}  // namespace sightglass::http
