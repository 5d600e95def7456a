// What became of one photo: who changed it, the tasks that were made for it, and where else its bytes were sent to.
#include "accounts/access.hpp"
#include "database/people.hpp"
#include "database/photo_copies.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/photo_json.hpp"
#include "http/task_json.hpp"

namespace sightglass::http {
namespace {

constexpr std::string_view history_list = "photo_history";
constexpr std::int32_t most_tasks = 100;
constexpr std::int32_t most_copies = 100;

// No addresses and no request ids: those are for administrators, in the audit log.
void write_entry(core::JsonWriter& json, const core::AuditEntry& entry) {
  json.begin_object().member("id", entry.id).member("at", core::to_iso8601(entry.at)).member("actor", entry.actor);
  json.member("action", entry.action).key("details").raw(entry.details).end_object();
}

core::Result<std::optional<std::int64_t>> read_cursor(const std::optional<std::string>& cursor) {
  if (!cursor) return std::optional<std::int64_t>{};
  SG_ASSIGN(const auto key, database::decode_cursor(*cursor, history_list));
  return std::optional(key.number);
}

core::Result<Response> list_history(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(const auto before, read_cursor(page.cursor));
  // Who looked at a photo is not told to everybody who may look at it.
  const database::audit::Filter filter{.except_action = "photo.view",
                                       .object_type = "photo",
                                       .object_id = id.to_string(),
                                       .before = before,
                                       .limit = page.limit + 1};  // one more than shown tells whether a page follows
  using Entries = std::vector<core::AuditEntry>;
  SG_ASSIGN(auto entries, services.database.read([&](database::Session& session) -> core::Result<Entries> {
    SG_TRY(visible_photo(session, request.caller, id));
    return database::audit::list(session, filter);
  }));
  std::optional<std::string> next;
  if (entries.size() > static_cast<std::size_t>(page.limit)) {
    entries.resize(static_cast<std::size_t>(page.limit));
    next = database::encode_cursor(history_list, {.number = entries.back().id});
  }
  auto response = Response::json(200, page_json(entries, next, write_entry));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

core::Result<Response> list_tasks(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  using Tasks = std::vector<core::Task>;
  SG_ASSIGN(const auto tasks, services.database.read([&](database::Session& session) -> core::Result<Tasks> {
    SG_TRY(visible_photo(session, request.caller, id));
    return queue::list_of_photo(session, id, most_tasks);
  }));
  auto response = Response::json(200, page_json(tasks, std::nullopt, write_task));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

core::Result<Response> list_copies(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  using Photos = std::vector<core::Photo>;
  SG_ASSIGN(const auto copies, services.database.read([&](database::Session& session) -> core::Result<Photos> {
    SG_ASSIGN(const auto photo, visible_photo(session, request.caller, id));
    SG_ASSIGN(auto others, database::photo_copies::list_others(session, photo, accounts::visibility_of(request.caller),
                                                               most_copies));
    SG_TRY(hide_unseen_duplicates(session, request.caller, others));
    return others;
  }));
  return Response::json(200, page_json(copies, std::nullopt, write_photo));
}

}  // namespace

void add_photo_history_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/{id}/history",
                   .operation = "getPhotoHistory",
                   .guard = {.check = ObjectCheck::photo},
                   .handle = bound_with_query(services, list_history)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/{id}/tasks",
                   .operation = "getPhotoTasks",
                   .guard = {.area = accounts::Area::tasks, .check = ObjectCheck::photo},
                   .handle = bound(services, list_tasks)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/{id}/copies",
                   .operation = "getPhotoCopies",
                   .guard = {.check = ObjectCheck::photo},
                   .handle = bound(services, list_copies)});
}

}  // namespace sightglass::http
