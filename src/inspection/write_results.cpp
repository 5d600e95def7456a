#include "inspection/write_results.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "database/analyses.hpp"
#include "database/embeddings.hpp"
#include "database/findings.hpp"
#include "database/photo_scores.hpp"
#include "database/photo_verdicts.hpp"
#include "database/photos.hpp"
#include "database/result_cache.hpp"
#include "inspection/bursts.hpp"
#include "inspection/content_json.hpp"
#include "inspection/critical_finding.hpp"
#include "inspection/observations_json.hpp"
#include "inspection/steps/steps.hpp"
#include "vision/embedding/embedding_bytes.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;

database::analyses::Analysis analysis_of(const ResultsOf& results, core::Instant now) {
  const auto& photo = results.photo;
  const auto& seen = results.seen;
  const core::Size upright = photo.rotation % 180 == 0 ? photo.size : photo.size.transposed();
  return {.id = core::AnalysisId::make(now),
          .photo_id = photo.id,
          .model = std::string(inspection_model),
          .version = results.version,
          .provider = seen.provider,
          .labels = labels_json(seen),
          .objects = objects_json(seen, upright),
          .text = text_json(seen, upright),
          .properties = seen.properties,
          .codes = codes_json(seen, upright),
          .scores = scores_json(seen),
          .steps = steps_json(seen),
          .perceptual_hash = std::bit_cast<std::int64_t>(seen.perceptual_hash),
          .duration_ms = results.milliseconds,
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
                                                .pipeline = results.content_version,
                                                .result = content_json(results.seen),
                                                .made_at = now,
                                                .expires_at = *results.keep_until});
}

Result<void> write_scores(Session& session, const ResultsOf& results, core::Instant now) {
  for (const auto& score : results.seen.scores)
    SG_TRY(database::photo_scores::put(session, {.photo_id = results.photo.id,
                                                 .task = score.task,
                                                 .model_id = score.model_id,
                                                 .score = score.score,
                                                 .threshold = score.threshold,
                                                 .at = now}));
  return {};
}

// Whether a model has judged what the verdict is of; nothing when that should have been done and was not.
std::optional<bool> has_judged(const Observations& seen) {
  const auto report = std::ranges::find(seen.steps, "anomalies", &StepReport::step);
  if (report == seen.steps.end() || report->outcome == StepOutcome::failed) return std::nullopt;
  return report->outcome == StepOutcome::done;
}

Result<bool> write_verdict(Session& session, const ResultsOf& results) {
  const auto judged = has_judged(results.seen);
  if (!judged) return false;
  SG_TRY(database::photo_verdicts::note_model(session, results.photo.id, *judged));
  return database::photo_verdicts::settle(session, results.photo.id);
}

// What was found, with the spottings as the photo's burst has them.
Result<std::vector<core::Finding>> findings_of(Session& session, const ResultsOf& results, core::Instant now) {
  const auto& seen = results.seen;
  auto findings = seen.findings;
  if (std::ranges::find(seen.looked_for, core::FindingKind::spotting) == seen.looked_for.end()) {
    if (steps::may_show_animals(results.photo)) SG_TRY(place_in_burst(session, results.photo.id, now));
    return findings;
  }
  SG_ASSIGN(auto spottings, join_burst(session, results.photo.id, seen.sightings, now));
  std::erase_if(findings, [](const core::Finding& found) { return found.kind == core::FindingKind::spotting; });
  std::ranges::move(spottings, std::back_inserter(findings));
  return findings;
}

Result<Written> write_in(Session& session, const ResultsOf& results, core::Instant now) {
  SG_TRY(database::analyses::save(session, analysis_of(results, now)));
  SG_ASSIGN(auto findings, findings_of(session, results, now));
  SG_ASSIGN(auto replaced, database::findings::replace_machine(session, results.photo.id, results.seen.looked_for,
                                                               std::move(findings), now));
  for (const auto id : replaced.turned_critical) SG_TRY(enqueue_critical(session, results.photo.id, id, now));
  SG_TRY(write_scores(session, results, now));
  SG_ASSIGN(const bool has_changed_verdict, write_verdict(session, results));
  SG_TRY(write_labels(session, results));
  SG_TRY(write_embedding(session, results, now));
  SG_TRY(keep_content(session, results, now));
  SG_TRY(database::photos::set_status(session, results.photo.id, core::ProcessingStatus::completed, ""));
  return Written{.findings = static_cast<std::int32_t>(replaced.open.size()),
                 .covered = replaced.covered,
                 .lost_heat_maps = std::move(replaced.lost_heat_maps),
                 .has_changed_verdict = has_changed_verdict};
}

}  // namespace

Result<Written> write_results(database::Database& database, const ResultsOf& results, core::Instant now) {
  return database.write([&](Session& session) { return write_in(session, results, now); });
}

}  // namespace sightglass::inspection
