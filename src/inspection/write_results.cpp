#include "inspection/write_results.hpp"

#include <bit>
#include <utility>

#include "database/analyses.hpp"
#include "database/embeddings.hpp"
#include "database/findings.hpp"
#include "database/photos.hpp"
#include "database/result_cache.hpp"
#include "inspection/content_json.hpp"
#include "inspection/observations_json.hpp"
#include "vision/embedding/embedding_bytes.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;

database::analyses::Analysis analysis_of(const ResultsOf& results, core::Instant now) {
  const auto& [photo, seen, version, milliseconds, keep_until] = results;
  const core::Size upright = photo.rotation % 180 == 0 ? photo.size : photo.size.transposed();
  return {.id = core::AnalysisId::make(now),
          .photo_id = photo.id,
          .model = std::string(inspection_model),
          .version = version,
          .provider = seen.provider,
          .labels = labels_json(seen),
          .objects = objects_json(seen, upright),
          .text = text_json(seen, upright),
          .properties = seen.properties,
          .codes = codes_json(seen, upright),
          .steps = steps_json(seen),
          .perceptual_hash = std::bit_cast<std::int64_t>(seen.perceptual_hash),
          .duration_ms = milliseconds,
          .cost = static_cast<double>(seen.cost) / 1e6,
          .created_at = now};
}

Result<void> write_labels(Session& session, const ResultsOf& results) {
  std::vector<database::photos::Label> labels;
  for (const auto& label : results.seen.labels) labels.push_back({.name = label.name, .confidence = label.confidence});
  return database::photos::set_labels(session, results.photo.id, labels);
}

Result<void> write_embedding(Session& session, const ResultsOf& results, core::Instant now) {
  if (!results.seen.embedding) return {};
  return database::embeddings::save(session, {.photo_id = results.photo.id,
                                              .model = results.seen.embedding->model,
                                              .bytes = vision::embedding_bytes(results.seen.embedding->values),
                                              .made_at = now});
}

Result<void> keep_content(Session& session, const ResultsOf& results, core::Instant now) {
  if (!results.keep_until) return {};
  return database::result_cache::save(session, {.sha256 = results.photo.sha256,
                                                .pipeline = results.version,
                                                .result = content_json(results.seen),
                                                .made_at = now,
                                                .expires_at = *results.keep_until});
}

Result<Written> write_in(Session& session, const ResultsOf& results, core::Instant now) {
  SG_TRY(database::analyses::save(session, analysis_of(results, now)));
  SG_ASSIGN(auto replaced, database::findings::replace_machine(session, results.photo.id, results.seen.looked_for,
                                                               results.seen.findings, now));
  SG_TRY(write_labels(session, results));
  SG_TRY(write_embedding(session, results, now));
  SG_TRY(keep_content(session, results, now));
  SG_TRY(database::photos::set_status(session, results.photo.id, core::ProcessingStatus::completed, ""));
  return Written{.findings = static_cast<std::int32_t>(replaced.open.size()),
                 .covered = replaced.covered,
                 .lost_heat_maps = std::move(replaced.lost_heat_maps)};
}

}  // namespace

Result<Written> write_results(database::Database& database, const ResultsOf& results, core::Instant now) {
  return database.write([&](Session& session) { return write_in(session, results, now); });
}

}  // namespace sightglass::inspection
