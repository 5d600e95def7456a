// Schedules: operators see them, administrators change them.
#include "core/json_writer.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/schedule_input.hpp"
#include "queue/schedules/kinds.hpp"
#include "queue/schedules/schedule_json.hpp"
#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"
#include "queue/schedules/timing.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {
namespace {

namespace schedules = queue::schedules;
using database::Session;
using schedules::Schedule;
using schedules::ScheduleId;

constexpr std::size_t most_schedules = 500;
constexpr std::size_t shown_upcoming = 5;
constexpr std::size_t longest_expression = 200;
constexpr std::size_t longest_zone = 64;

core::Error no_such_schedule() { return core::not_found("no such schedule"); }

core::Result<ScheduleId> captured_schedule(const Request& request) {
  if (const auto id = ScheduleId::parse(request.captures.get("id"))) return *id;
  return core::fail(no_such_schedule());
}

core::Result<Schedule> existing(Session& session, const Request& request) {
  SG_ASSIGN(const auto id, captured_schedule(request));
  SG_ASSIGN(auto schedule, schedules::find(session, id));
  if (!schedule) return core::fail(no_such_schedule());
  return std::move(*schedule);
}

core::Result<void> audit(const Services& services, Session& session, const Request& request,
                         accounts::AuditEvent event) {
  event.object_type = "schedule";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

// What it was, for who reads the log when it is gone.
std::string description_of(const Schedule& schedule) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("name", schedule.name).member("kind", schedule.kind);
  json.member("expression", schedule.expression).member("time_zone", schedule.time_zone).end_object();
  return text;
}

// A schedule, and what became of its latest run; that of one that never ran, or is forgotten by now, is missing.
struct ShownSchedule {
  Schedule schedule{};
  std::optional<core::Task> last_run{};
};

core::Result<ShownSchedule> with_last_run(Session& session, Schedule schedule) {
  ShownSchedule shown{.schedule = std::move(schedule)};
  if (shown.schedule.last_task) {
    SG_ASSIGN(shown.last_run, queue::find(session, *shown.schedule.last_task));
  }
  return shown;
}

std::optional<std::string> text_of(const std::optional<core::Instant>& instant) {
  return instant ? std::optional(core::to_iso8601(*instant)) : std::nullopt;
}

void write_members(core::JsonWriter& json, const ShownSchedule& shown) {
  schedules::write_schedule_members(json, shown.schedule);
  json.key("last_run");
  if (!shown.last_run) {
    json.null();
    return;
  }
  const auto& run = *shown.last_run;
  json.begin_object().member("task_id", run.id.to_string()).member("state", core::name_of(run.state));
  json.member("started_at", text_of(run.started_at)).member("finished_at", text_of(run.finished_at));
  json.member("error", run.error.empty() ? std::nullopt : std::optional(run.error)).end_object();
}

void write_upcoming(core::JsonWriter& json, const Schedule& schedule, core::Instant now) {
  json.key("upcoming").begin_array();
  for (const auto due : schedules::upcoming(schedule, now, shown_upcoming)) json.string(core::to_iso8601(due));
  json.end_array();
}

core::Result<Response> answer(const Services& services, int status, Schedule schedule) {
  SG_ASSIGN(const auto shown,
            services.database.read([&](Session& session) { return with_last_run(session, std::move(schedule)); }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_members(json, shown);
  write_upcoming(json, shown.schedule, services.clock.now());
  json.end_object();
  return Response::json(status, std::move(text));
}

void write_kinds(core::JsonWriter& json) {
  json.begin_array();
  for (const auto& kind : schedules::schedulable_kinds()) {
    json.begin_object().member("name", kind.name).member("words", kind.words);
    json.member("queue", core::name_of(kind.queue)).member("takes_day", kind.takes_day).end_object();
  }
  json.end_array();
}

core::Result<Response> list_schedules(const Services& services, const Request&) {
  using All = std::vector<ShownSchedule>;
  SG_ASSIGN(const auto all, services.database.read([](Session& session) -> core::Result<All> {
    SG_ASSIGN(auto found, schedules::list(session));
    All shown;
    for (auto& schedule : found) {
      SG_ASSIGN(auto one, with_last_run(session, std::move(schedule)));
      shown.push_back(std::move(one));
    }
    return shown;
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& shown : all) {
    json.begin_object();
    write_members(json, shown);
    json.end_object();
  }
  json.end_array().key("next").null().key("kinds");
  write_kinds(json);
  json.end_object();
  return Response::json(200, std::move(text));
}

core::Result<Response> get_schedule(const Services& services, const Request& request) {
  SG_ASSIGN(const auto schedule, services.database.read([&](Session& session) { return existing(session, request); }));
  return answer(services, 200, schedule);
}

// When a schedule would be due that nobody has made yet: what is typed is told before it is kept.
core::Result<Response> preview_schedule(const Services& services, const Request& request) {
  QueryReader query(request);
  const Schedule schedule{.expression = query.text("expression", longest_expression).value_or(""),
                          .time_zone = query.text("time_zone", longest_zone).value_or("UTC")};
  if (schedule.expression.empty()) query.refuse("expression", "is required");
  SG_TRY(query.finish());
  SG_TRY(schedules::Timing::parse(schedule.expression, schedule.time_zone));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("expression", schedule.expression).member("time_zone", schedule.time_zone);
  write_upcoming(json, schedule, services.clock.now());
  json.end_object();
  return Response::json(200, std::move(text));
}

core::Result<void> check_name_is_free(Session& session, const Schedule& schedule) {
  SG_ASSIGN(const auto found, schedules::find_by_name(session, schedule.name));
  if (!found || found->id == schedule.id) return {};
  return core::fail(core::Error{
      .code = core::ErrorCode::conflict, .message = "another schedule has this name already", .field = "name"});
}

core::Result<void> add_schedule(const Services& services, const Request& request, Session& session,
                                const Schedule& schedule) {
  SG_ASSIGN(const auto all, schedules::list(session));
  if (all.size() >= most_schedules)
    return core::fail(core::ErrorCode::conflict, "there are 500 schedules already; delete one first");
  SG_TRY(check_name_is_free(session, schedule));
  SG_TRY(schedules::insert(session, schedule));
  return audit(
      services, session, request,
      {.action = "schedule.create", .object_id = schedule.id.to_string(), .details = description_of(schedule)});
}

core::Result<Response> create_schedule(const Services& services, const Request& request) {
  SG_ASSIGN(auto schedule, read_new_schedule(request, services.clock.now()));
  schedule.changed_by = request.caller.name;
  SG_TRY(services.database.write([&](Session& session) { return add_schedule(services, request, session, schedule); }));
  return answer(services, 201, schedule);
}

core::Result<ScheduleInput> read_change(const Services& services, const Request& request) {
  SG_ASSIGN(const auto schedule, services.database.read([&](Session& session) { return existing(session, request); }));
  const auto* const kind = schedules::find_kind(schedule.kind);
  return read_schedule_change(request, kind ? *kind : schedules::SchedulableKind{.name = schedule.kind});
}

core::Result<Schedule> change_schedule(const Services& services, const Request& request, Session& session,
                                       const ScheduleInput& input) {
  SG_ASSIGN(auto schedule, existing(session, request));
  const auto now = services.clock.now();
  SG_ASSIGN(const auto changed, apply(input, schedule, now));
  if (changed.empty()) return schedule;
  SG_TRY(check_name_is_free(session, schedule));
  schedule.changed_by = request.caller.name;
  schedule.updated_at = now;
  SG_TRY(schedules::update(session, schedule));
  SG_TRY(audit(services, session, request,
               {.action = "schedule.update", .object_id = schedule.id.to_string(), .details = details_of(changed)}));
  return schedule;
}

core::Result<Response> update_schedule(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_change(services, request));
  SG_ASSIGN(const auto schedule, services.database.write([&](Session& session) {
    return change_schedule(services, request, session, input);
  }));
  return answer(services, 200, schedule);
}

core::Result<Response> delete_schedule(const Services& services, const Request& request) {
  SG_TRY(services.database.write([&](Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto schedule, existing(session, request));
    if (schedule.is_built_in)
      return core::fail(core::ErrorCode::conflict, "this schedule comes with Sightglass; pause it instead");
    SG_TRY(schedules::remove(session, schedule.id));
    return audit(
        services, session, request,
        {.action = "schedule.delete", .object_id = schedule.id.to_string(), .details = description_of(schedule)});
  }));
  return Response::empty(204);
}

core::Result<Response> run_schedule(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_schedule(request));
  SG_ASSIGN(const auto task, services.database.write([&](Session& session) -> core::Result<core::TaskId> {
    SG_ASSIGN(const auto started, schedules::run_now(session, id, services.clock.now()));
    SG_TRY(audit(services, session, request, {.action = "schedule.run", .object_id = id.to_string()}));
    return started;
  }));
  if (services.wake_workers) services.wake_workers();
  std::string text;
  core::JsonWriter(text).begin_object().member("task_id", task.to_string()).end_object();
  return Response::json(202, std::move(text));
}

using Steering = core::Result<Schedule> (*)(Session&, ScheduleId, std::string_view, core::Instant);

core::Result<Response> steer(const Services& services, const Request& request, Steering change, std::string action) {
  SG_ASSIGN(const auto schedule, services.database.write([&](Session& session) -> core::Result<Schedule> {
    SG_ASSIGN(const auto before, existing(session, request));
    SG_ASSIGN(auto after, change(session, before.id, request.caller.name, services.clock.now()));
    if (after.is_paused != before.is_paused)
      SG_TRY(audit(services, session, request, {.action = action, .object_id = before.id.to_string()}));
    return after;
  }));
  return answer(services, 200, schedule);
}

core::Result<Response> pause_schedule(const Services& services, const Request& request) {
  return steer(services, request, schedules::pause, "schedule.pause");
}

core::Result<Response> resume_schedule(const Services& services, const Request& request) {
  return steer(services, request, schedules::resume, "schedule.resume");
}

Endpoint row(Method method, std::string_view pattern, std::string_view operation, Handler handle) {
  const bool is_read = method == Method::get;
  return {.method = method,
          .pattern = pattern,
          .operation = operation,
          .guard = {.least_role = is_read ? core::Role::operator_ : core::Role::administrator,
                    .area = accounts::Area::tasks,
                    .access = is_read ? accounts::Access::read : accounts::Access::write},
          .handle = std::move(handle)};
}

Endpoint with_body(Endpoint endpoint) {
  endpoint.body = BodyKind::json;
  return endpoint;
}

}  // namespace

void add_schedule_endpoints(EndpointTable& table, const Services& services) {
  constexpr std::string_view all = "/api/v1/schedules";
  constexpr std::string_view one = "/api/v1/schedules/{id}";
  table.push_back(row(Method::get, all, "listSchedules", bound(services, list_schedules)));
  table.push_back(with_body(row(Method::post, all, "createSchedule", bound(services, create_schedule))));
  table.push_back(
      row(Method::get, "/api/v1/schedules/preview", "previewSchedule", bound_with_query(services, preview_schedule)));
  table.push_back(row(Method::get, one, "getSchedule", bound(services, get_schedule)));
  table.push_back(with_body(row(Method::patch, one, "updateSchedule", bound(services, update_schedule))));
  table.push_back(row(Method::delete_, one, "deleteSchedule", bound(services, delete_schedule)));
  table.push_back(row(Method::post, "/api/v1/schedules/{id}/run", "runSchedule", bound(services, run_schedule)));
  table.push_back(row(Method::post, "/api/v1/schedules/{id}/pause", "pauseSchedule", bound(services, pause_schedule)));
  table.push_back(
      row(Method::post, "/api/v1/schedules/{id}/resume", "resumeSchedule", bound(services, resume_schedule)));
}

}  // namespace sightglass::http
