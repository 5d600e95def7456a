#include "database/photo_pairs.hpp"

#include <algorithm>
#include <string>

namespace sightglass::database::photo_pairs {
namespace {

const std::string select_pairs =
    "SELECT id, before_id, after_id, title, created_by, created_at, job_id FROM photo_pairs WHERE ";

core::PhotoPair read_pair(const Row& row) {
  return {.id = row.id<core::PairId>(0),
          .before = row.id<core::PhotoId>(1),
          .after = row.id<core::PhotoId>(2),
          .title = row.string(3),
          .created_by = row.optional_id<core::UserId>(4),
          .created_at = row.instant(5)};
}

}  // namespace

core::Result<void> insert(Session& session, core::JobId job, const core::PhotoPair& pair) {
  SG_TRY(
      session.execute("INSERT INTO photo_pairs (id, job_id, before_id, after_id, title, created_by, created_at) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                      {pair.id, job, pair.before, pair.after, pair.title, pair.created_by, pair.created_at}));
  return {};
}

core::Result<std::optional<core::PhotoPair>> find(Session& session, core::JobId job, core::PairId id) {
  return session.first(select_pairs + "id = $1 AND job_id = $2", {id, job}, read_pair);
}

core::Result<void> update(Session& session, const core::PhotoPair& pair) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE photo_pairs SET before_id = $2, after_id = $3, title = $4 WHERE id = $1",
                            {pair.id, pair.before, pair.after, pair.title}));
  if (changed == 0) return core::fail(core::not_found("There is no such pair."));
  return {};
}

core::Result<bool> remove(Session& session, core::PairId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM photo_pairs WHERE id = $1", {id}));
  return removed > 0;
}

core::Result<void> read_into(Session& session, std::span<core::Job> jobs) {
  if (jobs.empty()) return {};
  const auto [least, most] = std::ranges::minmax_element(jobs, {}, &core::Job::id);
  SG_TRY(session.run(select_pairs + "job_id BETWEEN $1 AND $2 ORDER BY created_at, id", {least->id, most->id},
                     [&](const Row& row) -> core::Result<void> {
                       // Jobs between that were filtered out have none to take it.
                       const auto job = std::ranges::find(jobs, row.id<core::JobId>(6), &core::Job::id);
                       if (job != jobs.end()) job->pairs.push_back(read_pair(row));
                       return {};
                     }));
  return {};
}

core::Result<std::vector<core::JobId>> jobs_showing(Session& session, core::PhotoId photo) {
  // As a union, so that either side takes its index.
  return session.all(
      "SELECT job_id FROM photo_pairs WHERE before_id = $1 UNION SELECT job_id FROM photo_pairs WHERE after_id = $1",
      {photo}, [](const Row& row) { return row.id<core::JobId>(0); });
}

}  // namespace sightglass::database::photo_pairs
