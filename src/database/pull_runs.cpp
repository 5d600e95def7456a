#include "database/pull_runs.hpp"

#include <array>

namespace sightglass::database::pull_runs {
namespace {

constexpr std::array<std::string_view, 3> state_names{"queued", "running", "ended"};

State state_from(std::string_view name) {
  for (std::size_t i = 0; i < state_names.size(); ++i)
    if (state_names[i] == name) return static_cast<State>(i);
  return State::ended;
}

const std::string select_runs =
    "SELECT id, source_id, node, cause, state, phase, max_files, requested_by, requested_at, started_at, ended_at, "
    "should_stop, listed, fresh, pulled, skipped, failed, waiting, bytes, outcome, error FROM pull_runs";

Run read_run(const Row& row) {
  return {.id = row.id<core::PullRunId>(0),
          .source_id = row.id<core::PullSourceId>(1),
          .node = row.string(2),
          .cause = row.string(3),
          .state = state_from(row.text(4)),
          .phase = row.string(5),
          .max_files = row.optional_integer(6),
          .requested_by = row.string(7),
          .requested_at = row.instant(8),
          .started_at = row.optional_instant(9),
          .ended_at = row.optional_instant(10),
          .should_stop = row.boolean(11),
          .listed = row.integer(12),
          .fresh = row.integer(13),
          .pulled = row.integer(14),
          .skipped = row.integer(15),
          .failed = row.integer(16),
          .waiting = row.integer(17),
          .bytes = row.integer(18),
          .outcome = row.string(19),
          .error = row.string(20)};
}

}  // namespace

std::string_view name_of(State state) { return state_names[static_cast<std::size_t>(state)]; }

core::Result<void> insert(Session& session, const Run& run) {
  SG_TRY(session.execute(
      "INSERT INTO pull_runs (id, source_id, node, cause, state, phase, max_files, requested_by, requested_at, "
      "should_stop, listed, fresh, pulled, skipped, failed, waiting, bytes, outcome, error) "
      "VALUES ($1, $2, '', $3, 'queued', '', $4, $5, $6, 0, 0, 0, 0, 0, 0, 0, 0, '', '')",
      {run.id, run.source_id, run.cause, run.max_files, run.requested_by, run.requested_at}));
  return {};
}

core::Result<void> update(Session& session, const Run& run) {
  SG_TRY(session.execute(
      "UPDATE pull_runs SET state = $2, phase = $3, ended_at = $4, listed = $5, fresh = $6, pulled = $7, skipped = $8, "
      "failed = $9, waiting = $10, bytes = $11, outcome = $12, error = $13 WHERE id = $1",
      {run.id, name_of(run.state), run.phase, run.ended_at, run.listed, run.fresh, run.pulled, run.skipped, run.failed,
       run.waiting, run.bytes, run.outcome, run.error}));
  return {};
}

core::Result<bool> begin(Session& session, core::PullRunId id, std::string_view node, core::Instant now) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE pull_runs SET state = 'running', node = $2, started_at = COALESCE(started_at, $3) "
                            "WHERE id = $1 AND state = 'queued'",
                            {id, node, now}));
  return changed > 0;
}

core::Result<bool> ask_to_stop(Session& session, core::PullRunId id) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE pull_runs SET should_stop = 1 WHERE id = $1 AND state <> 'ended'", {id}));
  return changed > 0;
}

core::Result<std::optional<Run>> find(Session& session, core::PullRunId id) {
  return session.first(select_runs + " WHERE id = $1", {id}, read_run);
}

core::Result<std::optional<Run>> unended(Session& session, core::PullSourceId source) {
  return session.first(select_runs + " WHERE source_id = $1 AND state <> 'ended'", {source}, read_run);
}

core::Result<std::vector<Run>> all_unended(Session& session) {
  return session.all(select_runs + " WHERE state <> 'ended' ORDER BY id", {}, read_run);
}

core::Result<std::vector<Run>> list(Session& session, core::PullSourceId source, std::optional<core::PullRunId> before,
                                    std::int32_t limit) {
  if (!before)
    return session.all(select_runs + " WHERE source_id = $1 ORDER BY id DESC LIMIT $2", {source, limit}, read_run);
  return session.all(select_runs + " WHERE source_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                     {source, *before, limit}, read_run);
}

core::Result<bool> take_over(Session& session, core::PullRunId id, std::string_view node) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE pull_runs SET node = $2 WHERE id = $1 AND state = 'running'", {id, node}));
  return changed > 0;
}

core::Result<std::int64_t> prune(Session& session, core::Instant before) {
  return session.execute(
      "DELETE FROM pull_runs WHERE state = 'ended' AND ended_at < $1 AND id <> "
      "(SELECT MAX(r.id) FROM pull_runs r WHERE r.source_id = pull_runs.source_id)",
      {before});
}

}  // namespace sightglass::database::pull_runs
