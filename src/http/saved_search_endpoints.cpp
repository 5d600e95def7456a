// Searches that a user gave a name: each sees and removes only the own.
#include "core/json_writer.hpp"
#include "database/saved_searches.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/photo_query.hpp"
#include "http/request_target.hpp"

namespace sightglass::http {
namespace {

namespace saved_searches = database::saved_searches;
using saved_searches::SavedSearch;

constexpr std::size_t most_searches = 100;  // of one user
constexpr std::size_t most_query_characters = 2000;

void write_search(core::JsonWriter& json, const SavedSearch& search) {
  json.begin_object().member("id", search.id.to_string()).member("name", search.name);
  json.member("query", search.query).member("created_at", core::to_iso8601(search.created_at)).end_object();
}

core::Result<Response> list_searches(const Services& services, const Request& request) {
  SG_ASSIGN(const auto searches, services.database.read([&](database::Session& session) {
    return saved_searches::list(session, request.caller.user_id);
  }));
  return Response::json(200, page_json(searches, std::nullopt, write_search));
}

// What the listing would refuse is not kept.
core::Result<void> check_query(const std::string& text) {
  SG_ASSIGN(const auto target, parse_target("/?" + text));
  Request request;
  request.query = target.query;
  QueryReader reader(request);
  read_photo_filter(reader);
  const auto checked = reader.finish();
  if (checked) return {};
  return core::fail(core::invalid_input("query", checked.error().message));
}

core::Result<Response> save_search(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  SavedSearch search{.id = core::SearchId::make(services.clock.now()),
                     .user = request.caller.user_id,
                     .name = body.required_string("name", 100),
                     .query = body.required_string("query", most_query_characters),
                     .created_at = services.clock.now()};
  SG_TRY(body.finish());
  SG_TRY(check_query(search.query));
  const auto saved = services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto own, saved_searches::list(session, search.user));
    if (own.size() >= most_searches)
      return core::fail(core::ErrorCode::conflict, "100 searches are saved already; remove one first");
    return saved_searches::insert(session, search);
  });
  if (!saved && saved.error().message.starts_with("100 ")) return std::unexpected(saved.error());
  if (!saved) return core::fail(worded_conflict(saved.error(), "name", "a search of this name is saved already"));
  std::string text;
  core::JsonWriter json(text);
  write_search(json, search);
  return Response::json(201, std::move(text));
}

core::Result<Response> remove_search(const Services& services, const Request& request) {
  const auto id = core::SearchId::parse(request.captures.get("id"));
  if (!id) return core::fail(core::not_found("no such saved search"));
  SG_ASSIGN(const bool was_there, services.database.write([&](database::Session& session) {
    return saved_searches::remove(session, request.caller.user_id, *id);
  }));
  if (!was_there) return core::fail(core::not_found("no such saved search"));
  return Response::empty(204);
}

}  // namespace

void add_saved_search_endpoints(EndpointTable& table, const Services& services) {
  const Guard reads{.area = accounts::Area::account, .check = ObjectCheck::own};
  const Guard writes{.area = accounts::Area::account, .access = accounts::Access::write, .check = ObjectCheck::own};
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/searches",
                   .operation = "listSavedSearches",
                   .guard = reads,
                   .handle = bound(services, list_searches)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/searches",
                   .operation = "saveSearch",
                   .guard = writes,
                   .body = BodyKind::json,
                   .handle = bound(services, save_search)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/searches/{id}",
                   .operation = "deleteSavedSearch",
                   .guard = writes,
                   .handle = bound(services, remove_search)});
}

}  // namespace sightglass::http
