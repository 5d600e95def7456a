#include <algorithm>
#include <string>

#include "database/conditions.hpp"
#include "database/people.hpp"

namespace sightglass::database::audit {
namespace {

core::AuditEntry read_entry(const Row& row) {
  return {.id = row.integer(0),
          .at = row.instant(1),
          .actor = row.string(2),
          .actor_id = row.string(3),
          .action = row.string(4),
          .object_type = row.string(5),
          .object_id = row.string(6),
          .request_id = row.string(7),
          .peer = row.string(8),
          .details = row.string(9)};
}

void add_action(Conditions& conditions, const std::string& action) {
  if (!action.ends_with('.')) return conditions.add("action = ?", {action});
  // As a range, which an index can serve and in which nothing is a wildcard; '/' follows '.' in ASCII.
  std::string end = action;
  end.back() = '/';
  conditions.add("action >= ? AND action < ?", {action, end});
}

}  // namespace

core::Result<void> append(Session& session, std::span<const core::AuditEntry> entries) {
  for (const core::AuditEntry& entry : entries)
    SG_TRY(
        session.execute("INSERT INTO audit_entries (at, actor, actor_id, action, object_type, object_id, "
                        "request_id, peer, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                        {entry.at, entry.actor, entry.actor_id, entry.action, entry.object_type, entry.object_id,
                         entry.request_id, entry.peer, entry.details}));
  return {};
}

core::Result<std::vector<core::AuditEntry>> list(Session& session, const Filter& filter) {
  Conditions conditions;
  if (filter.actor) conditions.add("actor = ?", {*filter.actor});
  if (filter.action) add_action(conditions, *filter.action);
  if (filter.except_action) conditions.add("action <> ?", {*filter.except_action});
  if (filter.object_type) conditions.add("object_type = ?", {*filter.object_type});
  if (filter.object_id) conditions.add("object_id = ?", {*filter.object_id});
  if (filter.from) conditions.add("at >= ?", {*filter.from});
  if (filter.to) conditions.add("at < ?", {*filter.to});
  if (filter.before) conditions.add("id < ?", {*filter.before});
  const std::string sql =
      "SELECT id, at, actor, actor_id, action, object_type, object_id, request_id, peer, details FROM audit_entries" +
      conditions.where() + " ORDER BY id DESC LIMIT " + conditions.parameter(std::max(filter.limit, 1));
  return session.all(sql, conditions.parameters(), read_entry);
}

}  // namespace sightglass::database::audit
