#include "database/pull_sources.hpp"

namespace sightglass::database::pull_sources {
namespace {

const std::string select_sources =
    "SELECT id, name, location_id, kind, base_url, sign_in, username, secret, settings, clock_offset_seconds, "
    "is_active, "
    "host_key, created_by, created_at, updated_at, last_pulled_filename, last_pull_at, last_new_file_at, last_error, "
    "last_error_at, paused_until FROM pull_sources";

Source read_source(const Row& row) {
  return {.id = row.id<core::PullSourceId>(0),
          .name = row.string(1),
          .location_id = row.optional_id<core::LocationId>(2),
          .kind = row.string(3),
          .base_url = row.string(4),
          .sign_in = row.string(5),
          .username = row.string(6),
          .secret = std::string(row.bytes(7)),
          .settings = row.string(8),
          .clock_offset_seconds = row.integer(9),
          .is_active = row.boolean(10),
          .host_key = row.string(11),
          .created_by = row.optional_id<core::UserId>(12),
          .created_at = row.instant(13),
          .updated_at = row.instant(14),
          .last_pulled_filename = row.string(15),
          .last_pull_at = row.optional_instant(16),
          .last_new_file_at = row.optional_instant(17),
          .last_error = row.string(18),
          .last_error_at = row.optional_instant(19),
          .paused_until = row.optional_instant(20)};
}

}  // namespace

core::Result<void> insert(Session& session, const Source& source) {
  SG_TRY(session.execute(
      "INSERT INTO pull_sources (id, name, location_id, kind, base_url, sign_in, username, secret, settings, "
      "clock_offset_seconds, is_active, host_key, created_by, created_at, updated_at, last_pulled_filename, "
      "last_error) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '')",
      {source.id, source.name, source.location_id, source.kind, source.base_url, source.sign_in, source.username,
       Bytes{source.secret}, source.settings, source.clock_offset_seconds, source.is_active, source.host_key,
       source.created_by, source.created_at, source.updated_at}));
  return {};
}

core::Result<void> update(Session& session, const Source& source) {
  SG_TRY(session.execute(
      "UPDATE pull_sources SET name = $2, location_id = $3, kind = $4, base_url = $5, sign_in = $6, username = $7, "
      "secret = $8, settings = $9, clock_offset_seconds = $10, is_active = $11, host_key = $12, updated_at = $13 "
      "WHERE id = $1",
      {source.id, source.name, source.location_id, source.kind, source.base_url, source.sign_in, source.username,
       Bytes{source.secret}, source.settings, source.clock_offset_seconds, source.is_active, source.host_key,
       source.updated_at}));
  return {};
}

core::Result<void> remove(Session& session, core::PullSourceId id) {
  SG_TRY(session.execute("DELETE FROM pull_sources WHERE id = $1", {id}));
  return {};
}

core::Result<std::optional<Source>> find(Session& session, core::PullSourceId id) {
  return session.first(select_sources + " WHERE id = $1", {id}, read_source);
}

core::Result<std::optional<Source>> find_named(Session& session, std::string_view name) {
  return session.first(select_sources + " WHERE name = $1", {name}, read_source);
}

core::Result<std::vector<Source>> list(Session& session, Which which) {
  const auto* const where = which == Which::active ? " WHERE is_active = 1" : "";
  return session.all(select_sources + where + " ORDER BY name, id", {}, read_source);
}

core::Result<void> note_host_key(Session& session, core::PullSourceId id, std::string_view host_key) {
  SG_TRY(session.execute("UPDATE pull_sources SET host_key = $2 WHERE id = $1", {id, host_key}));
  return {};
}

core::Result<void> note_pulled(Session& session, core::PullSourceId id, std::string_view name, core::Instant at) {
  SG_TRY(session.execute("UPDATE pull_sources SET last_pulled_filename = $2, last_new_file_at = $3 WHERE id = $1",
                         {id, name, at}));
  return {};
}

core::Result<void> note_run(Session& session, core::PullSourceId id, std::string_view error,
                            std::optional<core::Instant> paused_until, core::Instant at) {
  SG_TRY(
      session.execute("UPDATE pull_sources SET last_pull_at = $2, last_error = $3, last_error_at = CASE WHEN $3 = '' "
                      "THEN last_error_at "
                      "ELSE $2 END, paused_until = $4 WHERE id = $1",
                      {id, at, error, paused_until}));
  return {};
}

}  // namespace sightglass::database::pull_sources
