#include "database/result_cache.hpp"

namespace sightglass::database::result_cache {

core::Result<void> save(Session& session, const Entry& entry) {
  SG_TRY(
      session.execute("INSERT INTO result_cache (sha256, pipeline, result, made_at, expires_at) "
                      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sha256, pipeline) DO UPDATE SET "
                      "result = excluded.result, made_at = excluded.made_at, expires_at = excluded.expires_at",
                      {entry.sha256, entry.pipeline, entry.result, entry.made_at, entry.expires_at}));
  return {};
}

core::Result<std::optional<std::string>> find(Session& session, const core::Sha256& sha256, std::string_view pipeline,
                                              core::Instant now) {
  return session.first("SELECT result FROM result_cache WHERE sha256 = $1 AND pipeline = $2 AND expires_at > $3",
                       {sha256, pipeline, now}, [](const Row& row) { return row.string(0); });
}

core::Result<std::int64_t> remove_expired(Session& session, core::Instant now, std::int32_t limit) {
  return session.execute(
      "DELETE FROM result_cache WHERE (sha256, pipeline) IN (SELECT sha256, pipeline FROM result_cache "
      "WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
      {now, limit});
}

}  // namespace sightglass::database::result_cache
