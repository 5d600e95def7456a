#include "database/runs.hpp"

#include "database/dialect.hpp"

namespace sightglass::database::runs {
namespace {

// What marks the error; no input field has this name.
constexpr std::string_view fenced_field = "run";

constexpr std::string_view select_runs =
    "SELECT r.id, r.name, r.role, r.started_at, b.beats FROM runs r JOIN run_beats b ON b.run = r.id ";

Run read_run(const Row& row) {
  return {.id = row.id<RunId>(0),
          .name = row.string(1),
          .role = row.string(2),
          .started_at = row.instant(3),
          .beats = row.integer(4)};
}

RunId read_id(const Row& row) { return row.id<RunId>(0); }

}  // namespace

core::Error fenced() {
  return {.code = core::ErrorCode::unavailable,
          .message = "The other nodes took this one for gone and it begins anew; nothing was kept. Try again.",
          .field = std::string(fenced_field)};
}

core::Result<void> begin(Session& session, const Run& run) {
  SG_TRY(session.execute("INSERT INTO runs (id, name, role, started_at) VALUES ($1, $2, $3, $4)",
                         {run.id, run.name, run.role, run.started_at}));
  SG_TRY(session.execute("INSERT INTO run_beats (run, beats, seen_at) VALUES ($1, $2, $3)",
                         {run.id, run.beats, run.started_at}));
  return {};
}

core::Result<bool> beat(Session& session, RunId id, core::Instant now) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE run_beats SET beats = beats + 1, seen_at = $2 WHERE run = $1 AND EXISTS "
                            "(SELECT 1 FROM runs r WHERE r.id = $1 AND r.fenced_at IS NULL)",
                            {id, now}));
  return changed == 1;
}

core::Result<void> hold(Session& session, const std::optional<RunId>& id) {
  if (!id) return {};
  // A lock, so that fence() waits; and who asks for it behind the fence meets it, whatever its snapshot shows.
  SG_ASSIGN(const auto found,
            session.first("SELECT 1 FROM runs WHERE id = $1 AND fenced_at IS NULL" + shared_lock(session.dialect()),
                          {*id}, [](const Row&) { return true; }));
  if (found) return {};
  return core::fail(fenced());
}

bool is_fenced(const core::Error& error) {
  return error.code == core::ErrorCode::unavailable && error.field == fenced_field;
}

core::Result<void> wait_for_commits(Database& database, const std::optional<RunId>& id) {
  if (!id) return {};
  return database.write_guarded([&](Session& session) -> core::Result<void> {
    SG_TRY(session.execute("SELECT 1 FROM runs WHERE id = $1" + sole_lock(session.dialect()), {*id}));
    return {};
  });
}

core::Result<bool> fence(Session& session, RunId id, std::optional<std::int64_t> beats, core::Instant now) {
  const std::string_view statement =
      beats ? "UPDATE runs SET fenced_at = $2 WHERE id = $1 AND fenced_at IS NULL AND EXISTS "
              "(SELECT 1 FROM run_beats b WHERE b.run = $1 AND b.beats = $3)"
            : "UPDATE runs SET fenced_at = $2 WHERE id = $1 AND fenced_at IS NULL";
  Session::Parameters parameters{id, now};
  if (beats) parameters.emplace_back(*beats);
  SG_ASSIGN(const auto changed, session.execute(statement, parameters));
  return changed == 1;
}

core::Result<std::optional<Run>> find(Session& session, RunId id) {
  return session.first(std::string(select_runs) + "WHERE r.id = $1", {id}, read_run);
}

core::Result<std::vector<Run>> list_living(Session& session) {
  return session.all(std::string(select_runs) + "WHERE r.fenced_at IS NULL ORDER BY r.id", {}, read_run);
}

core::Result<std::unordered_set<RunId>> living_ids(Session& session) {
  SG_ASSIGN(const auto ids, session.all("SELECT id FROM runs WHERE fenced_at IS NULL", {}, read_id));
  return std::unordered_set<RunId>(ids.begin(), ids.end());
}

core::Result<std::vector<RunId>> list_unsettled(Session& session) {
  return session.all("SELECT id FROM runs WHERE settled_at IS NULL AND fenced_at IS NOT NULL ORDER BY id", {}, read_id);
}

core::Result<void> set_settled(Session& session, RunId id, core::Instant now) {
  SG_TRY(session.execute("UPDATE runs SET settled_at = $2 WHERE id = $1 AND fenced_at IS NOT NULL", {id, now}));
  return {};
}

core::Result<void> set_unsettled(Session& session, RunId id) {
  SG_TRY(session.execute("UPDATE runs SET settled_at = NULL WHERE id = $1", {id}));
  return {};
}

core::Result<std::int64_t> prune(Session& session, core::Instant before) {
  return session.execute("DELETE FROM runs WHERE fenced_at < $1 AND settled_at IS NOT NULL", {before});
}

}  // namespace sightglass::database::runs
