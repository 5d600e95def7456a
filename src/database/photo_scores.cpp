#include "database/photo_scores.hpp"

namespace sightglass::database::photo_scores {
namespace {

const std::string select_scores =
    "SELECT s.photo_id, s.task, s.model_id, s.score, s.threshold, s.at FROM photo_scores s";

PhotoScore read_score(const Row& row) {
  return {.photo_id = row.id<core::PhotoId>(0),
          .task = row.string(1),
          .model_id = row.id<core::ModelId>(2),
          .score = row.real(3),
          .threshold = row.real(4),
          .at = row.instant(5)};
}

}  // namespace

core::Result<void> put(Session& session, const PhotoScore& score) {
  SG_TRY(session.execute(
      "INSERT INTO photo_scores (photo_id, task, model_id, score, threshold, at) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (photo_id, task) DO UPDATE SET model_id = excluded.model_id, score = excluded.score, "
      "threshold = excluded.threshold, at = excluded.at",
      {score.photo_id, score.task, score.model_id, score.score, score.threshold, score.at}));
  return {};
}

core::Result<std::vector<PhotoScore>> of_photo(Session& session, core::PhotoId photo) {
  return session.all(select_scores + " WHERE s.photo_id = $1 ORDER BY s.task", {photo}, read_score);
}

core::Result<std::vector<PhotoScore>> of_model(Session& session, core::ModelId model, core::Instant since,
                                               std::int32_t limit) {
  return session.all(select_scores +
                         " JOIN photos p ON p.id = s.photo_id WHERE s.model_id = $1 AND s.at >= $2 AND "
                         "p.trashed_at IS NULL ORDER BY s.at, s.photo_id LIMIT $3",
                     {model, since, limit}, read_score);
}

core::Result<std::vector<PhotoScore>> latest_of_model(Session& session, core::ModelId model, core::Instant since,
                                                      std::int32_t limit) {
  return session.all(
      select_scores +
          " JOIN photos p ON p.id = s.photo_id LEFT JOIN photo_verdicts v ON v.photo_id = p.id "
          "WHERE s.model_id = $1 AND s.at >= $2 AND p.trashed_at IS NULL AND "
          "NOT (p.verdict = 'NG' AND coalesce(v.is_by_person, 1) = 1) AND "
          "NOT EXISTS (SELECT 1 FROM findings f WHERE f.photo_id = p.id AND f.kind = 'anomaly' AND "
          "(f.state IN ('confirmed', 'corrected', 'resolved') OR (f.is_by_person = 1 AND f.state <> 'rejected'))) "
          "ORDER BY s.at DESC, s.photo_id DESC LIMIT $3",
      {model, since, limit}, read_score);
}

}  // namespace sightglass::database::photo_scores
