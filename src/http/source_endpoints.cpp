// Sources that fetch their pictures themselves, at /api/v1/image-pull-sources and at the short address.
#include "core/json_writer.hpp"
#include "http/object_access.hpp"
#include "http/source_file_endpoints.hpp"
#include "http/source_input.hpp"
#include "http/source_json.hpp"

namespace sightglass::http {
namespace {

using core::JsonWriter;
using core::Result;
using database::Session;
using database::pull_sources::Source;

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "name", "another source has this name already");
}

struct Told {
  Source source{};
  SourceFacts facts{};
};

Result<Told> told(const Services& services, Session& session, Source source) {
  SG_ASSIGN(const auto next, next_pull(session));
  SG_ASSIGN(auto facts, facts_of(session, source, next, services.clock.now()));
  return Told{.source = std::move(source), .facts = std::move(facts)};
}

Response answer(int code, const Told& told) {
  std::string text;
  JsonWriter json(text);
  write_source(json, told.source, told.facts);
  return Response::json(code, std::move(text));
}

Result<Response> list_sources(const Services& services, const Request& request) {
  using database::pull_sources::Which;
  QueryReader query(request);
  const auto which = query.boolean("all").value_or(false) ? Which::all : Which::active;
  SG_TRY(query.finish());
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  SG_TRY(services.database.read([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto rows, database::pull_sources::list(session, which));
    SG_ASSIGN(const auto next, next_pull(session));
    for (const auto& row : rows) {
      SG_ASSIGN(const auto facts, facts_of(session, row, next, services.clock.now()));
      write_source(json, row, facts);
    }
    return {};
  }));
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

Result<Response> get_source(const Services& services, const Request& request) {
  SG_ASSIGN(const auto found, services.database.read([&](Session& session) -> Result<Told> {
    SG_ASSIGN(auto source, captured_source(session, request));
    return told(services, session, std::move(source));
  }));
  return answer(200, found);
}

Result<void> check_location(Session& session, const SourceInput& input) {
  if (input.location) SG_TRY(named_location(session, input.location->to_string()));
  return {};
}

Result<Response> create_source(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_source_input(request, SourcePurpose::creating));
  const auto now = services.clock.now();
  Source row{.id = core::PullSourceId::make(now), .created_at = now, .updated_at = now};
  if (request.caller.is_signed_in()) row.created_by = request.caller.user_id;
  SG_TRY(apply(input, services, request.caller, row));
  SG_ASSIGN(const auto made, services.database.write([&](Session& session) -> Result<Told> {
    SG_TRY(check_location(session, input));
    if (const auto inserted = database::pull_sources::insert(session, row); !inserted)
      return core::fail(worded(inserted.error()));
    SG_TRY(audit_source(services, session, request, {.action = "source.create", .object_id = row.id.to_string()}));
    return told(services, session, row);
  }));
  return answer(201, made);
}

Result<Response> update_source(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_source_input(request, SourcePurpose::changing));
  SG_ASSIGN(const auto made, services.database.write([&](Session& session) -> Result<Told> {
    SG_ASSIGN(auto source, captured_source(session, request));
    SG_TRY(check_location(session, input));
    SG_ASSIGN(const auto changed, apply(input, services, request.caller, source));
    if (changed.empty()) return told(services, session, std::move(source));
    source.updated_at = services.clock.now();
    if (const auto updated = database::pull_sources::update(session, source); !updated)
      return core::fail(worded(updated.error()));
    SG_TRY(
        audit_source(services, session, request,
                     {.action = "source.update", .object_id = source.id.to_string(), .details = details_of(changed)}));
    return told(services, session, std::move(source));
  }));
  return answer(200, made);
}

Result<Response> toggle_source(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto is_active = query.boolean("is_active");
  if (!is_active) query.refuse("is_active", "is required: true or false");
  SG_TRY(query.finish());
  SG_ASSIGN(const auto made, services.database.write([&](Session& session) -> Result<Told> {
    SG_ASSIGN(auto source, captured_source(session, request));
    if (source.is_active == *is_active) return told(services, session, std::move(source));
    source.is_active = *is_active;
    source.updated_at = services.clock.now();
    SG_TRY(database::pull_sources::update(session, source));
    SG_TRY(audit_source(services, session, request,
                        {.action = "source.toggle",
                         .object_id = source.id.to_string(),
                         .details = *is_active ? R"({"is_active":true})" : R"({"is_active":false})"}));
    return told(services, session, std::move(source));
  }));
  return answer(200, made);
}

// Whoever runs it looks at the source's rows meanwhile: it ends first.
Result<Response> delete_source(const Services& services, const Request& request) {
  SG_ASSIGN(const bool is_gone, services.database.write([&](Session& session) -> Result<bool> {
    SG_ASSIGN(const auto source, captured_source(session, request));
    SG_ASSIGN(const auto run, database::pull_runs::unended(session, source.id));
    if (run) {
      SG_TRY(database::pull_runs::ask_to_stop(session, run->id));
      return false;
    }
    SG_TRY(database::pull_sources::remove(session, source.id));
    SG_TRY(audit_source(services, session, request, {.action = "source.delete", .object_id = source.id.to_string()}));
    return true;
  }));
  if (is_gone) return Response::empty(204);
  return core::fail(core::ErrorCode::conflict,
                    "a run is under way and was asked to stop; delete the source when it has ended");
}

Result<Response> test_source(const Services& services, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto input, read_source_input(request, SourcePurpose::trying));
  Source row{.id = core::PullSourceId::make(services.clock.now())};
  if (input.id) {
    SG_ASSIGN(const auto kept, services.database.read(
                                   [&](Session& session) { return database::pull_sources::find(session, *input.id); }));
    if (!kept) return core::fail(core::not_found("no such source"));
    row = *kept;
  }
  SG_TRY(apply(input, services, request.caller, row));
  SG_ASSIGN(const auto access, services.pulls.access_of(row));
  SG_ASSIGN(const auto settings, pulls::parse_settings(row.settings));
  SG_ASSIGN(const auto trial, services.pulls.test(access, settings));
  return Response::json(200, trial_json(trial));
}

Result<Response> later(const Request& /*request*/) { return Response::deferred(); }

void add_one(EndpointTable& table, const Services& services) {
  constexpr std::string_view one = "/api/v1/image-pull-sources/{id}";
  add_source_row(table, {{.method = Method::get,
                          .pattern = one,
                          .operation = "getSource",
                          .guard = reads_sources(),
                          .handle = bound(services, get_source)},
                         "getSourceShort"});
  add_source_row(table, {{.method = Method::patch,
                          .pattern = one,
                          .operation = "updateSource",
                          .guard = changes_sources(),
                          .body = BodyKind::json,
                          .handle = bound(services, update_source)},
                         "updateSourceShort"});
  add_source_row(table, {{.method = Method::delete_,
                          .pattern = one,
                          .operation = "deleteSource",
                          .guard = changes_sources(),
                          .handle = bound(services, delete_source)},
                         "deleteSourceShort"});
  add_source_row(table, {{.method = Method::patch,
                          .pattern = "/api/v1/image-pull-sources/{id}/toggle",
                          .operation = "toggleSource",
                          .guard = changes_sources(),
                          .handle = bound_with_query(services, toggle_source)},
                         "toggleSourceShort"});
}

}  // namespace

void add_source_endpoints(EndpointTable& table, const Services& services) {
  constexpr std::string_view all = "/api/v1/image-pull-sources";
  add_source_row(table, {{.method = Method::get,
                          .pattern = all,
                          .operation = "listSources",
                          .guard = reads_sources(),
                          .handle = bound_with_query(services, list_sources)},
                         "listSourcesShort"});
  add_source_row(table, {{.method = Method::post,
                          .pattern = all,
                          .operation = "createSource",
                          .guard = changes_sources(),
                          .body = BodyKind::json,
                          .handle = bound(services, create_source)},
                         "createSourceShort"});
  add_source_row(table, {{.method = Method::post,
                          .pattern = "/api/v1/image-pull-sources/test",
                          .operation = "testSource",
                          .guard = changes_sources(),
                          .body = BodyKind::json,
                          .handle = later,
                          .patient = bound(services, test_source),
                          .deadline_seconds = 90},  // a test gives up after a minute
                         "testSourceShort"});
  add_one(table, services);
  add_source_run_endpoints(table, services);
  add_source_file_endpoints(table, services);
  add_source_clock_endpoints(table, services);
  add_failed_file_endpoints(table, services);
}

}  // namespace sightglass::http
