// The audit log, for administrators.
#include "database/people.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/page_cursor.hpp"

namespace sightglass::http {
namespace {

void write_entry(core::JsonWriter& json, const core::AuditEntry& entry) {
  json.begin_object().member("id", entry.id).member("at", core::to_iso8601(entry.at)).member("actor", entry.actor);
  json.member("actor_id", entry.actor_id.empty() ? std::nullopt : std::optional(entry.actor_id));
  json.member("action", entry.action).member("object_type", entry.object_type).member("object_id", entry.object_id);
  json.member("request_id", entry.request_id).member("peer", entry.peer);
  json.key("details").raw(entry.details).end_object();
}

core::Result<std::optional<std::int64_t>> read_cursor(const std::optional<std::string>& cursor) {
  if (!cursor) return std::optional<std::int64_t>{};
  SG_ASSIGN(const auto key, database::decode_cursor(*cursor, "audit"));
  return std::optional(key.number);
}

core::Result<Response> list_entries(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  database::audit::Filter filter{.actor = query.text("actor"),
                                 .action = query.text("action"),
                                 .object_type = query.text("object_type"),
                                 .object_id = query.text("object_id"),
                                 .from = query.instant("from"),
                                 .to = query.instant("to")};
  SG_TRY(query.finish());
  SG_ASSIGN(filter.before, read_cursor(page.cursor));
  filter.limit = page.limit + 1;  // one more than shown tells whether a page follows
  SG_ASSIGN(auto entries,
            services.database.read([&](database::Session& session) { return database::audit::list(session, filter); }));
  std::optional<std::string> next;
  if (entries.size() > static_cast<std::size_t>(page.limit)) {
    entries.resize(static_cast<std::size_t>(page.limit));
    next = database::encode_cursor("audit", {.number = entries.back().id});
  }
  return private_json(200, page_json(entries, next, write_entry));
}

}  // namespace

void add_audit_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/audit",
                   .operation = "listAuditEntries",
                   .guard = {.least_role = core::Role::administrator,
                             .area = accounts::Area::audit,
                             .access = accounts::Access::read,
                             .check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_entries)});
}

}  // namespace sightglass::http
