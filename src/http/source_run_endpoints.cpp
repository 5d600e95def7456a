// Runs of a source: asked for, looked at, stopped.
#include <chrono>

#include "http/endpoint_support.hpp"
#include "http/page_cursor.hpp"
#include "http/source_file_endpoints.hpp"
#include "http/source_json.hpp"
#include "pulls/pulls.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::pull_runs::Run;

constexpr std::string_view list_name = "pull_runs";
constexpr std::chrono::seconds patience{20};
constexpr std::int32_t most_files_told = 1000;  // of each kind
constexpr std::int64_t most_files = 100'000;

Result<std::string> report(Session& session, const Run& run) {
  using database::pull_files::of_run;
  using database::pull_files::State;
  RunFiles files;
  SG_ASSIGN(files.pulled, of_run(session, run.id, State::stored, most_files_told));
  SG_ASSIGN(files.skipped, of_run(session, run.id, State::skipped, most_files_told));
  SG_ASSIGN(files.failed, of_run(session, run.id, State::failed, most_files_told));
  return run_report_json(run, files);
}

Result<Run> captured_run(Session& session, const Request& request) {
  SG_ASSIGN(const auto source, captured_source(session, request));
  if (const auto id = core::PullRunId::parse(request.captures.get("run"))) {
    SG_ASSIGN(auto run, database::pull_runs::find(session, *id));
    if (run && run->source_id == source.id) return std::move(*run);
  }
  return core::fail(core::not_found("no such run"));
}

// What its settings say of runs by the clock.
Result<std::optional<std::int64_t>> usual_files(const database::pull_sources::Source& source) {
  SG_ASSIGN(const auto settings, pulls::parse_settings(source.settings));
  if (settings.until_drained) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>(settings.max_files);
}

Result<Response> process_source(const Services& services, const Request& request) {
  QueryReader query(request);
  auto files = query.integer("max_files", {.least = 1, .most = most_files});
  SG_TRY(query.finish());
  SG_ASSIGN(const auto source,
            services.database.read([&](Session& session) { return captured_source(session, request); }));
  if (!files) {
    SG_ASSIGN(files, usual_files(source));
  }
  SG_ASSIGN(const auto asked, services.pulls.ask(source.id, files, request.caller.name));
  SG_TRY(services.database.write([&](Session& session) {
    return audit_source(services, session, request,
                        {.action = "source.run",
                         .object_id = source.id.to_string(),
                         .details = R"({"run":")" + asked.id.to_string() + R"("})"});
  }));
  SG_ASSIGN(const auto run, services.pulls.await(asked.id, patience));
  SG_ASSIGN(auto text, services.database.read([&](Session& session) { return report(session, run); }));
  return Response::json(run.state == database::pull_runs::State::ended ? 200 : 202, std::move(text));
}

Result<Response> list_runs(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto before, read_id_cursor<core::PullRunId>(list_name, page.cursor));
  SG_ASSIGN(auto rows, services.database.read([&](Session& session) -> Result<std::vector<Run>> {
    SG_ASSIGN(const auto source, captured_source(session, request));
    return database::pull_runs::list(session, source.id, before, page.limit + 1);
  }));
  const auto next = cut_page(rows, page.limit, list_name);
  return Response::json(200, page_json(rows, next, write_source_run));
}

Result<Response> get_run(const Services& services, const Request& request) {
  SG_ASSIGN(auto text, services.database.read([&](Session& session) -> Result<std::string> {
    SG_ASSIGN(const auto run, captured_run(session, request));
    return report(session, run);
  }));
  return Response::json(200, std::move(text));
}

Result<Response> stop_run(const Services& services, const Request& request) {
  SG_ASSIGN(const auto run, services.database.write([&](Session& session) -> Result<Run> {
    SG_ASSIGN(auto found, captured_run(session, request));
    SG_ASSIGN(const bool is_asked, database::pull_runs::ask_to_stop(session, found.id));
    if (!is_asked) return found;
    SG_TRY(audit_source(services, session, request,
                        {.action = "source.stop",
                         .object_id = found.source_id.to_string(),
                         .details = R"({"run":")" + found.id.to_string() + R"("})"}));
    return captured_run(session, request);
  }));
  std::string text;
  core::JsonWriter json(text);
  write_source_run(json, run);
  return Response::json(200, std::move(text));
}

Result<Response> later(const Request& /*request*/) { return Response::deferred(); }

}  // namespace

void add_source_run_endpoints(EndpointTable& table, const Services& services) {
  add_source_row(table, {{.method = Method::post,
                          .pattern = "/api/v1/image-pull-sources/{id}/process",
                          .operation = "processSource",
                          .guard = changes_sources(),
                          .handle = later,
                          .patient = bound_with_query(services, process_source),
                          .deadline_seconds = 60},
                         "processSourceShort"});
  add_source_row(table, {{.method = Method::get,
                          .pattern = "/api/v1/image-pull-sources/{id}/runs",
                          .operation = "listSourceRuns",
                          .guard = reads_sources(),
                          .handle = bound_with_query(services, list_runs)},
                         "listSourceRunsShort"});
  add_source_row(table, {{.method = Method::get,
                          .pattern = "/api/v1/image-pull-sources/{id}/runs/{run}",
                          .operation = "getSourceRun",
                          .guard = reads_sources(),
                          .handle = bound(services, get_run)},
                         "getSourceRunShort"});
  add_source_row(table, {{.method = Method::post,
                          .pattern = "/api/v1/image-pull-sources/{id}/runs/{run}/stop",
                          .operation = "stopSourceRun",
                          .guard = changes_sources(),
                          .handle = bound(services, stop_run)},
                         "stopSourceRunShort"});
}

}  // namespace sightglass::http
