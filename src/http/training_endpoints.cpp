// Models learnt of what people said: asking for a training, following it.
#include "http/training_endpoints.hpp"

#include <array>

#include "database/training_runs.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/training_subject.hpp"
#include "inspection/training/training_request.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::training_runs::Run;
namespace training = inspection::training;

constexpr std::string_view list_name = "training_runs";

void write_run(core::JsonWriter& json, const Run& run) {
  json.begin_object().member("id", run.id.to_string()).member("task", run.task);
  json.key("scope").begin_object().member("kind", run.scope.kind).member("value", run.scope.value).end_object();
  json.member("state", run.state).member("task_id", run.task_id.to_string()).member("progress", run.progress);
  const auto settings = training::settings_from_json(run.settings).value_or(training::Settings{});
  json.member("false_reject_rate", settings.false_reject_rate).member("promote", name_of(settings.promote));
  json.member("method", name_of(settings.method));
  json.key("counts").raw(run.counts).key("result").raw(run.result);
  json.member("model_id", run.model_id ? std::optional(run.model_id->to_string()) : std::nullopt);
  json.member("error", run.error.empty() ? std::nullopt : std::optional(run.error));
  json.member("created_at", core::to_iso8601(run.created_at));
  json.member("finished_at", run.finished_at ? std::optional(core::to_iso8601(*run.finished_at)) : std::nullopt);
  json.member("created_by", run.created_by).end_object();
}

Response answer(int status, const Run& run) {
  std::string text;
  core::JsonWriter json(text);
  write_run(json, run);
  return Response::json(status, std::move(text));
}

Result<void> audit(const Services& services, Session& session, const Request& request, std::string_view action,
                   std::string_view type, std::string id) {
  return services.audit.append(
      session, request.caller, origin_of(request),
      {.action = std::string(action), .object_type = std::string(type), .object_id = std::move(id)});
}

Result<training::Request> read_request(const Request& request) {
  constexpr std::array<std::string_view, 2> promotions{"never", "if_better"};
  SG_ASSIGN(auto body, JsonObject::parse(request));
  training::Request wish{
      .subject = read_subject(body), .person = request.caller.name, .request_id = request.request_id};
  const auto rate = body.optional_number("false_reject_rate", {.least = 0.0001, .most = 0.5});
  if (rate) wish.settings.false_reject_rate = *rate;
  if (body.optional_choice("promote", promotions) == "if_better") wish.settings.promote = training::Promote::if_better;
  constexpr std::array<std::string_view, 3> methods{"learn", "compare", "align"};
  if (const auto method = body.optional_choice("method", methods))
    wish.settings.method = training::method_from_name(*method).value_or(training::Method::learn);
  SG_TRY(body.finish());
  SG_TRY(training::check(wish.subject));
  return wish;
}

Result<Response> start_run(const Services& services, const Request& request) {
  SG_ASSIGN(const auto wish, read_request(request));
  SG_ASSIGN(const auto run, services.database.write([&](Session& session) -> Result<Run> {
    SG_TRY(check_scope_exists(session, wish.subject.scope));
    SG_ASSIGN(auto made, training::request_training(session, wish, services.clock.now()));
    SG_TRY(audit(services, session, request, "training.start", "training_run", made.id.to_string()));
    return made;
  }));
  services.wake_workers();
  return answer(202, run);
}

Result<Response> list_runs(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  database::training_runs::Filter filter{.task = query.text("task"),
                                         .scope_kind = query.text("scope_kind"),
                                         .scope_value = query.text("scope_value"),
                                         .limit = page.limit + 1};
  if (filter.scope_value && !filter.scope_kind) query.refuse("scope_value", "needs a `scope_kind`");
  SG_TRY(query.finish());
  SG_ASSIGN(filter.after, read_id_cursor<core::TrainingRunId>(list_name, page.cursor));
  SG_ASSIGN(auto runs,
            services.database.read([&](Session& session) { return database::training_runs::list(session, filter); }));
  const auto next = cut_page(runs, page.limit, list_name);
  return Response::json(200, page_json(runs, next, write_run));
}

Result<Response> get_run(const Services& services, const Request& request) {
  const auto id = core::TrainingRunId::parse(request.captures.get("id"));
  if (!id) return core::fail(core::not_found("no such training run"));
  SG_ASSIGN(const auto run,
            services.database.read([&](Session& session) { return database::training_runs::find(session, *id); }));
  if (!run) return core::fail(core::not_found("no such training run"));
  return answer(200, *run);
}

Result<Response> evaluate_model(const Services& services, const Request& request) {
  const auto id = core::ModelId::parse(request.captures.get("id"));
  if (!id) return core::fail(core::not_found("no such model"));
  SG_ASSIGN(const auto task, services.database.write([&](Session& session) -> Result<core::TaskId> {
    SG_ASSIGN(const auto made, training::request_evaluation(session, *id, request.request_id, services.clock.now()));
    SG_TRY(audit(services, session, request, "model.evaluate", "model", id->to_string()));
    return made;
  }));
  services.wake_workers();
  std::string text;
  core::JsonWriter(text).begin_object().member("task_id", task.to_string()).end_object();
  return Response::json(202, std::move(text));
}

Guard reads() { return {.least_role = core::Role::reviewer, .area = accounts::Area::models}; }
Guard writes() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::models, .access = accounts::Access::write};
}

}  // namespace

void add_training_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/training-runs",
                   .operation = "listTrainingRuns",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_runs)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/training-runs",
                   .operation = "startTrainingRun",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, start_run)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/training-runs/{id}",
                   .operation = "getTrainingRun",
                   .guard = reads(),
                   .handle = bound(services, get_run)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/models/{id}/evaluate",
                   .operation = "evaluateModel",
                   .guard = writes(),
                   .handle = bound(services, evaluate_model)});
}

}  // namespace sightglass::http
