#include "inspection/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "core/json_writer.hpp"
#include "database/notices.hpp"
#include "database/people.hpp"
#include "database/photo_scores.hpp"
#include "database/promotions.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
using database::model_drift::Drift;
using database::photo_scores::PhotoScore;
namespace drifts = database::model_drift;

// What a check found, over all models.
struct Tally {
  std::int64_t checked = 0;
  std::int64_t drifting = 0;
  std::int64_t failed = 0;
  std::int64_t told = 0;
};

std::string to_json(const Tally& tally) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("checked", tally.checked).member("drifting", tally.drifting);
  json.member("failed", tally.failed).member("told", tally.told).end_object();
  return text;
}

// Each once, wherever it holds.
Result<std::vector<Judge>> holding(Session& session) {
  SG_ASSIGN(const auto promotions, database::promotions::currents(session, std::string(anomaly_task)));
  std::set<core::ModelId> seen;
  std::vector<Judge> judges;
  for (const auto& promotion : promotions) {
    if (!seen.insert(promotion.model_id).second) continue;
    SG_ASSIGN(auto model, database::models::find(session, promotion.model_id));
    if (model && model->format == anomaly_format) judges.push_back({.row = std::move(*model)});
  }
  return judges;
}

std::set<std::string, std::less<>> names_of(const vision::AnomalyParts& parts) {
  std::set<std::string, std::less<>> names;
  for (const auto& good : parts.goods) names.insert(good.name);
  return names;
}

// The newest first.
Result<std::vector<PhotoScore>> recent_scores(const DriftCheck& check, core::ModelId id,
                                              const vision::AnomalyParts& parts) {
  const auto taught = names_of(parts);
  const auto limit = static_cast<std::int32_t>(most_drift_recent + taught.size());
  SG_ASSIGN(auto scores, check.database.read([&](Session& session) {
    return database::photo_scores::latest_of_model(session, id, check.clock.now() - drift_looks_back, limit);
  }));
  std::erase_if(scores, [&](const PhotoScore& score) { return taught.contains(score.photo_id.to_string()); });
  if (scores.size() > most_drift_recent) scores.resize(most_drift_recent);
  return scores;
}

Result<std::optional<vision::ScoreDrift>> compared(const std::vector<double>& goods,
                                                   const std::vector<PhotoScore>& recent) {
  if (goods.size() < least_drift_goods || recent.size() < least_drift_recent)
    return std::optional<vision::ScoreDrift>{};
  std::vector<double> scores;
  for (const auto& score : recent) scores.push_back(score.score);
  SG_ASSIGN(const auto drift, vision::score_drift(goods, scores));
  return std::optional(drift);
}

bool is_alarm(std::string_view state) { return state == drifts::higher || state == drifts::lower; }

Result<std::int64_t> tell(Session& session, std::string_view state, core::PhotoId photo, core::Instant now) {
  SG_ASSIGN(auto people, database::users::list_active(session, core::Role::operator_));
  if (people.empty()) {
    SG_ASSIGN(people, database::users::list_active(session, core::Role::administrator));
  }
  const auto kind = state == drifts::higher ? database::notices::scores_higher : database::notices::scores_lower;
  for (const auto user : people)
    SG_TRY(database::notices::tell(session, {.user = user, .kind = kind, .photo = photo}, now));
  return static_cast<std::int64_t>(people.size());
}

// In one transaction with what was found before, so that two checks at once tell once.
Result<void> keep(Session& session, Drift found, const std::optional<vision::ScoreDrift>& comparison,
                  core::PhotoId last, Tally& tally) {
  SG_ASSIGN(const auto before, drifts::find(session, found.model_id));
  found.state = drift_state(before ? std::string_view(before->state) : drifts::unknown, comparison);
  const bool is_new = !before || before->state != found.state;
  found.since = is_new ? found.checked_at : before->since;
  SG_TRY(drifts::put(session, found));
  std::int64_t told = 0;
  if (is_new && is_alarm(found.state)) {
    SG_ASSIGN(told, tell(session, found.state, last, found.checked_at));
  }
  tally.told += told;
  tally.drifting += is_alarm(found.state) ? 1 : 0;
  return {};
}

Result<void> check_one(const DriftCheck& check, const Judge& judge, Tally& tally) {
  SG_ASSIGN(const auto* held, check.models.anomaly(judge));
  const auto* model = held->anomaly_model();
  if (model == nullptr) return {};  // references have no scores of good pictures to compare with
  const auto goods = vision::good_scores(model->parts());
  SG_ASSIGN(const auto recent, recent_scores(check, judge.row.id, model->parts()));
  SG_ASSIGN(const auto comparison, compared(goods, recent));
  Drift found{.model_id = judge.row.id,
              .goods = static_cast<std::int64_t>(goods.size()),
              .recent = static_cast<std::int64_t>(recent.size()),
              .checked_at = check.clock.now()};
  if (comparison) {
    found.p = comparison->p;
    found.distance = comparison->distance;
  }
  const auto last = recent.empty() ? core::PhotoId{} : recent.front().photo_id;
  SG_ASSIGN(const auto after, check.database.write([&](Session& session) -> Result<Tally> {
    Tally with = tally;  // a transaction may be tried again
    SG_TRY(keep(session, found, comparison, last, with));
    return with;
  }));
  tally = after;
  ++tally.checked;
  return {};
}

}  // namespace

std::string_view drift_state(std::string_view before, const std::optional<vision::ScoreDrift>& now) {
  if (!now) return drifts::unknown;
  const auto side = now->is_higher ? drifts::higher : drifts::lower;
  if (now->p < drift_begins_below && now->distance >= least_drift) return side;
  return before == side && now->p < drift_ends_from ? side : drifts::steady;
}

Result<std::string> check_drift(const DriftCheck& check) {
  SG_TRY(check.database.write([](Session& session) { return drifts::prune(session); }));
  SG_ASSIGN(const auto judges, check.database.read(holding));
  Tally tally;
  for (const auto& judge : judges) {
    if (check.should_stop && check.should_stop())
      return core::fail(core::ErrorCode::cancelled, "The check was stopped.");
    const auto done = check_one(check, judge, tally);
    if (done) continue;
    // The others are checked all the same.
    ++tally.failed;
    check.log.say(fmt::format("{} could not be checked: {}", judge.label(), done.error().message));
  }
  return to_json(tally);
}

}  // namespace sightglass::inspection
