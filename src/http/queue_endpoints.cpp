// The queues as people see and steer them: what waits and runs in each, weights, limits, pauses; and who works on them.
#include <algorithm>
#include <array>
#include <iterator>

#include "core/json_writer.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/queue_history_endpoints.hpp"
#include "queue/presence.hpp"
#include "queue/queue_limits.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {
namespace {

using core::TaskState;

constexpr std::array unfinished{TaskState::available, TaskState::scheduled, TaskState::retryable, TaskState::running};

struct ShownQueue {
  queue::QueueState state{};
  std::vector<queue::QueueCount> counts{};  // of this queue alone
};

void write_queue(core::JsonWriter& json, const ShownQueue& shown) {
  const auto& state = shown.state;
  json.begin_object().member("name", core::name_of(state.queue)).member("weight", state.weight);
  json.member("max_running", state.max_running).member("paused", state.paused_at.has_value());
  json.member("paused_at", state.paused_at ? std::optional(core::to_iso8601(*state.paused_at)) : std::nullopt);
  json.member("changed_by", state.changed_by.empty() ? std::nullopt : std::optional(state.changed_by));
  for (const auto one : unfinished) {
    const auto found = std::ranges::find(shown.counts, one, &queue::QueueCount::state);
    json.member(core::name_of(one), found == shown.counts.end() ? std::int64_t{0} : found->count);
  }
  json.end_object();
}

core::Result<std::vector<ShownQueue>> read_queues(database::Session& session) {
  SG_ASSIGN(const auto states, queue::queue_states(session));
  SG_ASSIGN(const auto counts, queue::count_by_state(session));
  std::vector<ShownQueue> shown;
  for (const auto& state : states) {
    ShownQueue one{.state = state};
    std::ranges::copy_if(counts, std::back_inserter(one.counts),
                         [&](const queue::QueueCount& count) { return count.queue == state.queue; });
    shown.push_back(std::move(one));
  }
  return shown;
}

Response fresh(int status, std::string text) {
  auto response = Response::json(status, std::move(text));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

core::Result<Response> list_queues(const Services& services, const Request&) {
  SG_ASSIGN(const auto queues, services.database.read(read_queues));
  return fresh(200, page_json(queues, std::nullopt, write_queue));
}

std::string details_json(const queue::QueueChange& change) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  if (change.is_paused) json.member("paused", *change.is_paused);
  if (change.weight) json.member("weight", *change.weight);
  if (change.max_running) json.member("max_running", *change.max_running);
  json.end_object();
  return text;
}

core::Result<queue::QueueChange> read_change(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  queue::QueueChange change{.is_paused = body.optional_boolean("paused")};
  if (const auto weight = body.optional_integer("weight", {1, queue::most_weight}))
    change.weight = static_cast<std::int32_t>(*weight);
  if (const auto most = body.optional_integer("max_running", {0, queue::most_running}))
    change.max_running = static_cast<std::int32_t>(*most);
  SG_TRY(body.finish());
  return change;
}

core::Result<void> change_and_audit(const Services& services, database::Session& session, const Request& request,
                                    core::TaskQueue queue, const queue::QueueChange& change) {
  if (change.is_empty()) return {};
  SG_TRY(queue::change_queue(session, queue, change, request.caller.name, services.clock.now()));
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = "queue.change",
                                .object_type = "queue",
                                .object_id = std::string(core::name_of(queue)),
                                .details = details_json(change)});
}

core::Result<Response> change_queue(const Services& services, const Request& request) {
  const auto queue = core::task_queue_from_name(request.captures.get("name"));
  if (!queue) return core::fail(core::not_found("no such queue"));
  SG_ASSIGN(const auto change, read_change(request));
  SG_ASSIGN(const auto shown, services.database.write([&](database::Session& session) -> core::Result<ShownQueue> {
    SG_TRY(change_and_audit(services, session, request, *queue, change));
    SG_ASSIGN(auto queues, read_queues(session));
    const auto found = std::ranges::find(queues, *queue, [](const ShownQueue& one) { return one.state.queue; });
    if (found == queues.end()) return core::fail(core::not_found("no such queue"));
    return std::move(*found);
  }));
  // What was paused may go on at once.
  if (services.wake_workers) services.wake_workers();
  std::string text;
  core::JsonWriter json(text);
  write_queue(json, shown);
  return fresh(200, std::move(text));
}

void write_running(core::JsonWriter& json, const queue::RunningTask& task) {
  json.begin_object().member("id", task.id.to_string()).member("kind", task.kind);
  json.member("queue", core::name_of(task.queue)).member("progress", task.progress);
  json.member("started_at", task.started_at ? std::optional(core::to_iso8601(*task.started_at)) : std::nullopt);
  json.end_object();
}

void write_worker(core::JsonWriter& json, const queue::WorkerAtWork& shown) {
  const auto& worker = shown.worker;
  json.begin_object().member("name", worker.owner).member("queues", worker.queues).member("pid", worker.pid);
  json.member("started_at", core::to_iso8601(worker.started_at)).member("memory_bytes", worker.memory_bytes);
  json.key("tasks").begin_array();
  for (const auto& task : shown.tasks) write_running(json, task);
  json.end_array().end_object();
}

core::Result<Response> list_nodes(const Services& services, const Request&) {
  SG_ASSIGN(const auto nodes, services.database.read(queue::list_nodes));
  const auto now = services.clock.now();
  const auto write_node = [now](core::JsonWriter& json, const queue::NodeAtWork& shown) {
    const auto& node = shown.node;
    json.begin_object().member("name", node.name).member("role", node.role).member("version", node.version);
    json.member("started_at", core::to_iso8601(node.started_at)).member("seen_at", core::to_iso8601(node.seen_at));
    json.member("lost", node.is_lost(now)).key("workers").begin_array();
    for (const auto& worker : shown.workers) write_worker(json, worker);
    json.end_array().end_object();
  };
  return fresh(200, page_json(nodes, std::nullopt, write_node));
}

}  // namespace

void add_queue_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/queues",
                   .operation = "listQueues",
                   .guard = {.least_role = core::Role::reviewer, .area = accounts::Area::tasks},
                   .handle = bound(services, list_queues)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/nodes",
                   .operation = "listNodes",
                   .guard = {.least_role = core::Role::operator_, .area = accounts::Area::tasks},
                   .handle = bound(services, list_nodes)});
  table.push_back(
      {.method = Method::patch,
       .pattern = "/api/v1/queues/{name}",
       .operation = "changeQueue",
       .guard = {.least_role = core::Role::operator_, .area = accounts::Area::tasks, .access = accounts::Access::write},
       .body = BodyKind::json,
       .handle = bound(services, change_queue)});
  add_queue_history_endpoints(table, services);
}

}  // namespace sightglass::http
