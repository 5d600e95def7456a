#include "http/source_access.hpp"

#include <algorithm>
#include <chrono>

#include "http/object_access.hpp"
#include "queue/schedules/kinds.hpp"
#include "queue/schedules/schedule_rows.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::pull_sources::Source;

constexpr std::string_view long_prefix = "/api/v1";

}  // namespace

void add_source_row(EndpointTable& table, const SourceRow& wanted) {
  table.push_back(wanted.row);
  auto brief = wanted.row;
  brief.pattern.remove_prefix(long_prefix.size());
  brief.operation = wanted.short_operation;
  table.push_back(std::move(brief));
}

Guard reads_sources() { return {.least_role = core::Role::reviewer, .area = accounts::Area::sources}; }
Guard changes_sources() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::sources, .access = accounts::Access::write};
}

Result<Source> captured_source(Session& session, const Request& request) {
  if (const auto id = core::PullSourceId::parse(request.captures.get("id"))) {
    SG_ASSIGN(auto row, database::pull_sources::find(session, *id));
    if (row) return std::move(*row);
  }
  return core::fail(core::not_found("no such source"));
}

std::string_view name_of(Health health) {
  switch (health) {
    case Health::fresh: return "new";
    case Health::ok: return "ok";
    case Health::quiet: return "quiet";
    case Health::failing: return "failing";
    case Health::off: return "off";
  }
  return "";
}

Health health_of(const Source& source, std::int32_t quiet_days, core::Instant now) {
  if (!source.is_active) return Health::off;
  if (!source.last_error.empty()) return Health::failing;
  if (!source.last_pull_at) return Health::fresh;
  const auto silent_since = source.last_new_file_at.value_or(source.created_at);
  const bool is_quiet = quiet_days > 0 && now - silent_since >= std::chrono::days(quiet_days);
  return is_quiet ? Health::quiet : Health::ok;
}

Result<std::optional<core::Instant>> next_pull(Session& session) {
  namespace schedules = queue::schedules;
  SG_ASSIGN(const auto rows, schedules::list(session));
  std::optional<core::Instant> next;
  for (const auto& row : rows) {
    if (row.kind != schedules::pull_all_sources || !row.next_due) continue;
    next = std::min(next.value_or(*row.next_due), *row.next_due);
  }
  return next;
}

Result<SourceFacts> facts_of(Session& session, const Source& source, std::optional<core::Instant> next_pull,
                             core::Instant now) {
  SourceFacts facts{.now = now};
  SG_ASSIGN(facts.counts, database::pull_files::count(session, source.id));
  SG_ASSIGN(facts.run, database::pull_runs::unended(session, source.id));
  if (source.is_active && next_pull)
    facts.next_pull_at = std::max(*next_pull, source.paused_until.value_or(*next_pull));
  return facts;
}

Result<void> audit_source(const Services& services, Session& session, const Request& request,
                          accounts::AuditEvent event) {
  event.object_type = "source";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

}  // namespace sightglass::http
