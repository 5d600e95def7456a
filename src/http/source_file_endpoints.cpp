#include "http/source_file_endpoints.hpp"

#include <array>

#include "core/json_writer.hpp"
#include "database/pull_inbox.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/page_cursor.hpp"
#include "http/source_json.hpp"

namespace sightglass::http {
namespace {

using core::JsonWriter;
using core::Result;
using database::Session;

namespace files = database::pull_files;

constexpr std::string_view list_name = "pull_files";
constexpr std::size_t most_ids = 500;
constexpr std::array<std::string_view, 2> replayed_states{"failed", "skipped"};

struct FilesQuery {
  files::Filter filter{};
  std::optional<core::PullFileId> before{};
};

Result<FilesQuery> read_files_query(const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  FilesQuery wanted{.filter = {.limit = page.limit}};
  if (const auto state = query.choice("state", files::state_names))
    wanted.filter.state = files::state_from_name(*state);
  if (const auto reason = query.choice("reason", source_file_reasons)) wanted.filter.reason = std::string(*reason);
  wanted.filter.name = query.text("q");
  wanted.filter.run = query.id<core::PullRunId>("run");
  wanted.filter.only_given_up = query.boolean("given_up").value_or(false);
  SG_TRY(query.finish());
  SG_ASSIGN(wanted.before, read_id_cursor<core::PullFileId>(list_name, page.cursor));
  return wanted;
}

Result<Response> list_files(const Services& services, const Request& request) {
  SG_ASSIGN(auto wanted, read_files_query(request));
  files::Counts counts;
  SG_ASSIGN(const auto page, services.database.read([&](Session& session) -> Result<files::Page> {
    SG_ASSIGN(const auto source, captured_source(session, request));
    wanted.filter.source = source.id;
    SG_ASSIGN(counts, files::count(session, source.id));
    return files::list(session, wanted.filter, wanted.before);
  }));
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& file : page.files) write_source_file(json, file);
  json.end_array().key("next");
  if (page.next)
    json.string(database::encode_cursor(list_name, cursor_key(*page.next)));
  else
    json.null();
  json.key("counts");
  write_source_counts(json, counts);
  json.end_object();
  return Response::json(200, std::move(text));
}

struct ReplayInput {
  std::vector<core::PullFileId> ids{};
  std::optional<files::State> state{};  // instead of ids
};

Result<ReplayInput> read_replay(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  ReplayInput input;
  if (body.has("ids") == body.has("state")) body.refuse("ids", "name either `ids` or a `state`: failed or skipped");
  if (body.has("ids")) input.ids = body.required_ids<core::PullFileId>("ids", most_ids);
  if (const auto state = body.optional_choice("state", replayed_states)) input.state = files::state_from_name(*state);
  SG_TRY(body.finish());
  if (!input.state && input.ids.empty()) return core::fail(core::invalid_input("ids", "`ids` must name a file"));
  return input;
}

Response counted(core::JsonKey name, std::int64_t count) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member(name, count).end_object();
  return Response::json(200, std::move(text));
}

Result<Response> replay_files(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_replay(request));
  SG_ASSIGN(const auto replayed, services.database.write([&](Session& session) -> Result<std::int64_t> {
    SG_ASSIGN(const auto source, captured_source(session, request));
    const auto now = services.clock.now();
    SG_ASSIGN(const auto count, input.state ? files::replay_all(session, source.id, *input.state, now)
                                            : files::replay(session, source.id, input.ids, now));
    SG_TRY(note_changed_files(services, session, request, "source.replay", source.id, count));
    return count;
  }));
  return counted("replayed", replayed);
}

Result<Response> skip_files(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto ids = body.required_ids<core::PullFileId>("ids", most_ids);
  SG_TRY(body.finish());
  SG_ASSIGN(const auto skipped, services.database.write([&](Session& session) -> Result<std::int64_t> {
    SG_ASSIGN(const auto source, captured_source(session, request));
    SG_ASSIGN(const auto count, files::skip(session, source.id, ids, services.clock.now()));
    SG_TRY(note_changed_files(services, session, request, "source.skip", source.id, count));
    return count;
  }));
  return counted("skipped", skipped);
}

}  // namespace

Result<void> note_changed_files(const Services& services, Session& session, const Request& request,
                                std::string_view action, core::PullSourceId source, std::int64_t count) {
  if (count == 0) return {};
  SG_TRY(database::pull_inbox::tell_changed(session, source));
  return audit_source(services, session, request,
                      {.action = std::string(action),
                       .object_id = source.to_string(),
                       .details = R"({"files":)" + std::to_string(count) + "}"});
}

void add_source_file_endpoints(EndpointTable& table, const Services& services) {
  add_source_row(table, {{.method = Method::get,
                          .pattern = "/api/v1/image-pull-sources/{id}/files",
                          .operation = "listSourceFiles",
                          .guard = reads_sources(),
                          .handle = bound_with_query(services, list_files)},
                         "listSourceFilesShort"});
  add_source_row(table, {{.method = Method::post,
                          .pattern = "/api/v1/image-pull-sources/{id}/files/replay",
                          .operation = "replaySourceFiles",
                          .guard = changes_sources(),
                          .body = BodyKind::json,
                          .handle = bound(services, replay_files)},
                         "replaySourceFilesShort"});
  add_source_row(table, {{.method = Method::post,
                          .pattern = "/api/v1/image-pull-sources/{id}/files/skip",
                          .operation = "skipSourceFiles",
                          .guard = changes_sources(),
                          .body = BodyKind::json,
                          .handle = bound(services, skip_files)},
                         "skipSourceFilesShort"});
}

}  // namespace sightglass::http
