// Files of sources that were given up, in the inbox of failures: entries, why they are there, how many wait, and what
// is done about many of them.
#include <array>

#include "core/json_writer.hpp"
#include "database/cursor.hpp"
#include "database/pull_inbox.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/page_cursor.hpp"
#include "http/source_file_endpoints.hpp"
#include "http/source_json.hpp"

namespace sightglass::http {
namespace {

namespace pull_inbox = database::pull_inbox;
using core::JsonWriter;
using core::Result;
using database::Session;
using pull_inbox::Action;

constexpr std::string_view file_list = "failed_files";
constexpr std::size_t most_ids = 500;
constexpr std::int32_t most_causes = 500;
constexpr std::array<std::string_view, 2> actions{"retry", "skip"};

pull_inbox::Filter read_filter(QueryReader& query) {
  pull_inbox::Filter filter{.source = query.id<core::PullSourceId>("source")};
  if (const auto reason = query.choice("reason", source_file_reasons)) filter.reason = std::string(*reason);
  return filter;
}

void write_entry(JsonWriter& json, const pull_inbox::Entry& entry) {
  json.begin_object().member("source_id", entry.file.source_id.to_string()).member("source", entry.source_name);
  json.key("file");
  write_source_file(json, entry.file);
  json.end_object();
}

Result<Response> list_files(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto filter = read_filter(query);
  SG_TRY(query.finish());
  std::optional<pull_inbox::PageKey> after;
  if (page.cursor) {
    SG_ASSIGN(const auto key, database::decode_cursor(*page.cursor, file_list));
    after = {.at = core::from_micros(key.number), .id = core::PullFileId{key.id}};
  }
  SG_ASSIGN(auto rows, services.database.read(
                           [&](Session& session) { return pull_inbox::list(session, filter, after, page.limit + 1); }));
  std::optional<std::string> next;
  if (rows.size() > static_cast<std::size_t>(page.limit)) {
    rows.pop_back();
    const auto& last = rows.back().file;
    next = database::encode_cursor(file_list, {.number = core::to_micros(last.changed_at), .id = last.id.value});
  }
  return private_json(200, page_json(rows, next, write_entry));
}

Result<Response> list_causes(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto filter = read_filter(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto causes,
            services.database.read([&](Session& session) { return pull_inbox::causes(session, filter, most_causes); }));
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& cause : causes) {
    json.begin_object().member("source_id", cause.source_id.to_string()).member("source", cause.source_name);
    json.member("reason", cause.reason).member("files", cause.files);
    json.member("first_at", core::to_iso8601(cause.first_at)).member("last_at", core::to_iso8601(cause.last_at));
    json.end_object();
  }
  json.end_array().end_object();
  return private_json(200, std::move(text));
}

Response counted(core::JsonKey name, std::int64_t count) {
  std::string text;
  JsonWriter(text).begin_object().member(name, count).end_object();
  return private_json(200, std::move(text));
}

Result<Response> count_files(const Services& services, const Request& /*request*/) {
  SG_ASSIGN(const auto count, services.database.read([](Session& session) { return pull_inbox::count(session); }));
  return counted("files", count);
}

struct Bulk {
  Action action = Action::replay;
  std::optional<std::vector<core::PullFileId>> named{};
  pull_inbox::Filter filter{};  // instead
};

Result<pull_inbox::Filter> read_filter(Parameters parameters) {
  Request as_query;
  as_query.query = std::move(parameters);
  QueryReader reader(as_query);
  auto filter = read_filter(reader);
  if (const auto checked = reader.finish(); !checked)
    return core::fail(core::invalid_input("filter", checked.error().message));
  return filter;
}

Result<Bulk> read_bulk(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto action = body.optional_choice("action", actions);
  if (!action) body.refuse("action", "must be retry or skip");
  Bulk bulk{.action = action == "skip" ? Action::skip : Action::replay};
  const bool names_files = body.has("ids");
  if (names_files) bulk.named = body.required_ids<core::PullFileId>("ids", most_ids);
  auto filter = body.optional_parameters("filter");
  SG_TRY(body.finish());
  if (names_files == filter.has_value()) return core::fail(core::invalid_input("ids", "give either ids or a filter"));
  if (!filter) return bulk;
  SG_ASSIGN(bulk.filter, read_filter(std::move(*filter)));
  return bulk;
}

Result<std::int64_t> perform(const Services& services, Session& session, const Request& request, const Bulk& bulk) {
  const auto now = services.clock.now();
  SG_ASSIGN(const auto changed, bulk.named ? pull_inbox::change(session, bulk.action, *bulk.named, now)
                                           : pull_inbox::change_found(session, bulk.action, bulk.filter, now));
  const auto action = bulk.action == Action::replay ? "source.replay" : "source.skip";
  std::int64_t files = 0;
  for (const auto& one : changed) {
    SG_TRY(note_changed_files(services, session, request, action, one.source, one.files));
    files += one.files;
  }
  return files;
}

Result<Response> change_files(const Services& services, const Request& request) {
  SG_ASSIGN(const auto bulk, read_bulk(request));
  SG_ASSIGN(const auto changed,
            services.database.write([&](Session& session) { return perform(services, session, request, bulk); }));
  return counted("changed", changed);
}

}  // namespace

void add_failed_file_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/failures/files",
                   .operation = "listFailedFiles",
                   .guard = reads_sources(),
                   .handle = bound_with_query(services, list_files)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/failures/files/causes",
                   .operation = "listFailedFileCauses",
                   .guard = reads_sources(),
                   .handle = bound_with_query(services, list_causes)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/failures/files/counts",
                   .operation = "countFailedFiles",
                   .guard = reads_sources(),
                   .handle = bound(services, count_files)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/failures/files/bulk",
                   .operation = "changeFailedFiles",
                   .guard = changes_sources(),
                   .body = BodyKind::json,
                   .handle = bound(services, change_files)});
}

}  // namespace sightglass::http
