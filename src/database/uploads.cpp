#include "database/uploads.hpp"

#include <algorithm>
#include <string>

namespace sightglass::database::uploads {
namespace {

constexpr std::string_view columns =
    "id, owner, length, metadata, sha256, state, photo_id, problem_code, problem_message, problem_field, created_at, "
    "active_at, finished_at";

core::ErrorCode code_from_name(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(core::ErrorCode::internal); ++code) {
    const auto candidate = static_cast<core::ErrorCode>(code);
    if (core::name_of(candidate) == name) return candidate;
  }
  return core::ErrorCode::internal;
}

uploads::Row read_row(const database::Row& row) {
  core::ResumableUpload upload{.id = row.id<core::PhotoId>(0),
                               .owner = row.id<core::UserId>(1),
                               .length = row.integer(2),
                               .metadata = std::string(row.bytes(3)),
                               .created_at = row.instant(10),
                               .state = core::upload_state_from_name(row.text(5)).value_or(core::UploadState::refused),
                               .photo = row.optional_id<core::PhotoId>(6),
                               .finished_at = row.optional_instant(12)};
  if (!row.is_null(4)) upload.sha256 = row.sha256(4);
  if (!row.is_null(7))
    upload.problem = core::Error{.code = code_from_name(row.text(7)), .message = row.string(8), .field = row.string(9)};
  return {.upload = std::move(upload), .active_at = row.instant(11)};
}

core::PhotoId read_id(const database::Row& row) { return row.id<core::PhotoId>(0); }

}  // namespace

core::Result<void> insert(Session& session, const core::ResumableUpload& upload) {
  SG_TRY(session.execute(
      "INSERT INTO uploads (id, owner, length, metadata, sha256, state, filing, photo_id, problem_code, "
      "problem_message, problem_field, created_at, active_at, finished_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $11, $12)",
      {upload.id, upload.owner, upload.length, Bytes{upload.metadata}, upload.sha256, core::name_of(upload.state),
       upload.photo, upload.problem ? Value(core::name_of(upload.problem->code)) : Value(),
       upload.problem ? Value(upload.problem->message) : Value(),
       upload.problem ? Value(upload.problem->field) : Value(), upload.created_at, upload.finished_at}));
  return {};
}

core::Result<std::optional<uploads::Row>> find(Session& session, core::PhotoId id) {
  return session.first("SELECT " + std::string(columns) + " FROM uploads WHERE id = $1", {id}, read_row);
}

core::Result<std::int64_t> count_open(Session& session, core::UserId owner) {
  SG_ASSIGN(const auto count, session.first("SELECT count(*) FROM uploads WHERE owner = $1 AND state = 'receiving'",
                                            {owner}, [](const database::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

core::Result<std::optional<core::PhotoId>> oldest_unbegun(Session& session, core::UserId owner, core::Instant before) {
  return session.first(
      "SELECT id FROM uploads WHERE owner = $1 AND state = 'receiving' AND active_at = created_at "
      "AND active_at <= $2 ORDER BY active_at, id LIMIT 1",
      {owner, before}, read_id);
}

core::Result<void> touch(Session& session, core::PhotoId id, core::Instant at) {
  SG_TRY(session.execute("UPDATE uploads SET active_at = $2 WHERE id = $1", {id, at}));
  return {};
}

core::Result<std::int64_t> begin_filing(Session& session, core::PhotoId id) {
  SG_ASSIGN(
      const auto begun,
      session.first("UPDATE uploads SET filing = filing + 1 WHERE id = $1 AND state = 'receiving' RETURNING filing",
                    {id}, [](const database::Row& row) { return row.integer(0); }));
  if (!begun) return core::fail(core::unavailable("The upload has ended meanwhile; ask for its state."));
  return *begun;
}

core::Result<bool> finish(Session& session, const core::ResumableUpload& upload, std::optional<std::int64_t> attempt) {
  SG_ASSIGN(
      const auto changed,
      session.execute("UPDATE uploads SET state = $2, photo_id = $3, problem_code = $4, problem_message = $5, "
                      "problem_field = $6, finished_at = $7, metadata = $8 WHERE id = $1 AND state = 'receiving' "
                      "AND filing = coalesce($9, filing)",
                      {upload.id, core::name_of(upload.state), upload.photo,
                       upload.problem ? Value(core::name_of(upload.problem->code)) : Value(),
                       upload.problem ? Value(upload.problem->message) : Value(),
                       upload.problem ? Value(upload.problem->field) : Value(), upload.finished_at, Bytes{}, attempt}));
  return changed > 0;
}

core::Result<void> remove(Session& session, core::PhotoId id) {
  SG_TRY(session.execute("DELETE FROM uploads WHERE id = $1", {id}));
  return {};
}

core::Result<std::vector<core::ResumableUpload>> open(Session& session) {
  return session.all("SELECT " + std::string(columns) + " FROM uploads WHERE state = 'receiving' ORDER BY id", {},
                     [](const database::Row& row) { return read_row(row).upload; });
}

core::Result<std::vector<core::PhotoId>> expired(Session& session, core::Instant idle_before,
                                                 core::Instant finished_before) {
  return session.all(
      "SELECT id FROM uploads WHERE state = 'receiving' AND active_at <= $1 "
      "UNION ALL SELECT id FROM uploads WHERE finished_at <= $2",
      {idle_before, finished_before}, read_id);
}

}  // namespace sightglass::database::uploads
