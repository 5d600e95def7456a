// What a user is told: the own notices, and marking them read.
#include "core/json_writer.hpp"
#include "database/cursor.hpp"
#include "database/notices.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/page_cursor.hpp"

namespace sightglass::http {
namespace {

namespace notices = database::notices;
using notices::Notice;

constexpr std::string_view notice_list = "notices";
constexpr std::size_t most_named = 500;

void write_notice(core::JsonWriter& json, const Notice& notice) {
  json.begin_object().member("id", notice.id.to_string()).member("kind", notice.kind);
  json.key("parameters").begin_object().member("photos", notice.photos);
  json.member("code", notice.code.empty() ? std::nullopt : std::optional(notice.code));
  json.member("job_id", notice.job ? std::optional(notice.job->value) : std::nullopt);
  const bool has_source = notice.source && !notice.source_name.empty();
  json.member("source_id", has_source ? std::optional(notice.source->to_string()) : std::nullopt);
  json.member("source", has_source ? std::optional(notice.source_name) : std::nullopt).end_object();
  json.member("photo_id", notice.photo.to_string());
  json.member("task_id", notice.task ? std::optional(notice.task->to_string()) : std::nullopt);
  json.member("created_at", core::to_iso8601(notice.created_at));
  json.member("updated_at", core::to_iso8601(notice.updated_at));
  json.member("read_at", notice.read_at ? std::optional(core::to_iso8601(*notice.read_at)) : std::nullopt);
  json.end_object();
}

core::Result<Response> list_notices(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  notices::Filter filter{.is_unread_only = query.boolean("unread").value_or(false), .limit = page.limit + 1};
  SG_TRY(query.finish());
  if (page.cursor) {
    SG_ASSIGN(const auto key, database::decode_cursor(*page.cursor, notice_list));
    filter.before = {.at = core::from_micros(key.number), .id = notices::NoticeId{key.id}};
  }
  SG_ASSIGN(auto rows, services.database.read([&](database::Session& session) {
    return notices::list(session, request.caller.user_id, filter);
  }));
  std::optional<std::string> next;
  if (rows.size() > static_cast<std::size_t>(page.limit)) {
    rows.pop_back();
    const auto& last = rows.back();
    next = database::encode_cursor(notice_list, {.number = core::to_micros(last.updated_at), .id = last.id.value});
  }
  return private_json(200, page_json(rows, next, write_notice));
}

Response unread_json(std::int64_t unread) {
  std::string text;
  core::JsonWriter(text).begin_object().member("unread", unread).end_object();
  return private_json(200, std::move(text));
}

core::Result<Response> count_notices(const Services& services, const Request& request) {
  SG_ASSIGN(const auto unread, services.database.read([&](database::Session& session) {
    return notices::count_unread(session, request.caller.user_id);
  }));
  return unread_json(unread);
}

core::Result<Response> mark_read(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const bool names_notices = body.has("notices");
  std::vector<notices::NoticeId> ids;
  if (names_notices) ids = body.required_ids<notices::NoticeId>("notices", most_named);
  const bool is_all = body.optional_boolean("all").value_or(false);
  SG_TRY(body.finish());
  if (names_notices == is_all)
    return core::fail(core::invalid_input("notices", "give either notices or `all`, which is true"));
  const auto user = request.caller.user_id;
  SG_ASSIGN(const auto unread, services.database.write([&](database::Session& session) -> core::Result<std::int64_t> {
    const auto now = services.clock.now();
    // What is not the caller's, or read already, stays as it is without a word.
    SG_TRY(is_all ? notices::mark_all_read(session, user, now) : notices::mark_read(session, user, ids, now));
    return notices::count_unread(session, user);
  }));
  return unread_json(unread);
}

}  // namespace

void add_notice_endpoints(EndpointTable& table, const Services& services) {
  Guard guard{.area = accounts::Area::account, .check = ObjectCheck::own};
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/notices",
                   .operation = "listNotices",
                   .guard = guard,
                   .handle = bound_with_query(services, list_notices)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/notices/counts",
                   .operation = "countNotices",
                   .guard = guard,
                   .handle = bound(services, count_notices)});
  guard.access = accounts::Access::write;
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/notices/read",
                   .operation = "readNotices",
                   .guard = guard,
                   .body = BodyKind::json,
                   .handle = bound(services, mark_read)});
}

}  // namespace sightglass::http
