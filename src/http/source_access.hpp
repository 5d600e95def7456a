// What the rows of sources share: their two addresses, the source that a route names, what is told of it beside its
// row.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/audit_log.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "http/services.hpp"

namespace sightglass::http {

// A row at /api/v1/image-pull-sources…, as it is given, and one at the short address, whose operation ends with
// "Short".
struct SourceRow {
  Endpoint row{};  // `pattern` and `operation` point to texts that outlive the table
  std::string_view short_operation;
};
void add_source_row(EndpointTable& table, const SourceRow& wanted);
Guard reads_sources();
Guard changes_sources();

// By the segment "{id}"; not_found for text that is no id, too. Blocks. Who may see sources sees all of them.
core::Result<database::pull_sources::Source> captured_source(database::Session& session, const Request& request);

enum class Health : std::uint8_t { fresh, ok, quiet, failing, off };
std::string_view name_of(Health health);  // fresh: "new"
// `quiet_days`: without a new file for so long a source counts as quiet; 0: never.
Health health_of(const database::pull_sources::Source& source, std::int32_t quiet_days, core::Instant now);

struct SourceFacts {
  database::pull_files::Counts counts{};
  std::optional<database::pull_runs::Run> run{};  // under way
  std::optional<core::Instant> next_pull_at{};
  core::Instant now{};
};
// When sources are fetched by the clock next; nullopt when nothing does. Blocks.
core::Result<std::optional<core::Instant>> next_pull(database::Session& session);
core::Result<SourceFacts> facts_of(database::Session& session, const database::pull_sources::Source& source,
                                   std::optional<core::Instant> next_pull, core::Instant now);

core::Result<void> audit_source(const Services& services, database::Session& session, const Request& request,
                                accounts::AuditEvent event);

}  // namespace sightglass::http
