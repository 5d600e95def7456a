#include "vision/anomaly/defect_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "vision/anomaly/aligned_features.hpp"
#include "vision/anomaly/anomaly_file.hpp"
#include "vision/metrics.hpp"
#include "vision/numeric/logistic.hpp"
#include "vision/splits.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

// Of the penalty, from stiff to loose, × the values of an embedding: about the square of a standardised picture.
constexpr std::array strengths{10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003};
// Of the part of defects beside the distances, which weigh 1 and so keep half: a kind of defect that nobody has shown
// is still found. Weights chosen by the few defects themselves were no better.
constexpr double defect_weight = 1;
// Below this separation the defects shown have nothing in common that tells them from goods.
constexpr double least_separation = 0.6;

// Goods first, then defects.
struct Lesson {
  Matrix rows{};
  std::vector<std::int32_t> labels{};
  std::vector<std::int32_t> folds{};
};

std::vector<float> standardised(const GlobalPart& part, std::span<const float> whole) {
  std::vector<float> answer(whole.size());
  for (std::size_t j = 0; j < whole.size(); ++j) answer[j] = (whole[j] - part.mean()[j]) * part.scale()[j];
  return answer;
}

Lesson lesson_of(const AnomalyParts& parts, std::span<const DefectExample> defects, std::uint64_t seed) {
  constexpr std::int32_t folds = 8;
  Lesson lesson;
  std::vector<std::string> groups;
  const Matrix& goods = parts.global->centred();
  for (std::size_t i = 0; i < goods.rows(); ++i) {
    lesson.rows.append(goods.row(i));
    lesson.labels.push_back(0);
    groups.push_back(parts.goods[i * parts.goods.size() / goods.rows()].name);
  }
  std::vector<std::string> defect_groups;
  for (std::size_t i = 0; i < defects.size(); ++i) {
    lesson.rows.append(standardised(*parts.global, defects[i].whole));
    lesson.labels.push_back(1);
    defect_groups.push_back(defects[i].group.empty() ? fmt::format("defect {}", i) : defects[i].group);
  }
  // Each kind is spread over the folds by itself, so that none lacks one.
  lesson.folds = folds_of(groups, folds, seed);
  for (const std::int32_t fold : folds_of(defect_groups, folds, seed)) lesson.folds.push_back(fold);
  return lesson;
}

double margin(const Matrix& logits, std::size_t row) {
  return static_cast<double>(logits(row, 1)) - static_cast<double>(logits(row, 0));
}

// How far each row lies towards the defects, by regressions that had not seen its fold.
Result<std::vector<double>> margins_out_of_fold(const Matrix& rows, const Lesson& lesson, double strength) {
  std::vector<double> margins(rows.rows());
  for (const std::int32_t fold : std::set<std::int32_t>(lesson.folds.begin(), lesson.folds.end())) {
    Matrix taught;
    Matrix examined;
    std::vector<std::int32_t> labels;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      if (lesson.folds[i] == fold) {
        examined.append(rows.row(i));
        places.push_back(i);
      } else {
        taught.append(rows.row(i));
        labels.push_back(lesson.labels[i]);
      }
    }
    SG_ASSIGN(const SoftmaxModel model, fit_softmax(taught, labels, 2, strength));
    const Matrix logits = model.logits(examined);
    for (std::size_t i = 0; i < places.size(); ++i) margins[places[i]] = margin(logits, i);
  }
  return margins;
}

double separation_of(std::span<const double> margins, const Lesson& lesson) {
  std::vector<Scored> scores;
  for (std::size_t i = 0; i < margins.size(); ++i) scores.push_back({margins[i], lesson.labels[i] == 1});
  return area_under_roc(scores).value_or(0);
}

Result<void> check(const AnomalyParts& parts, std::span<const DefectExample> defects) {
  if (!parts.global)
    return core::fail(
        core::invalid_input("model", "Defects can be taught to models that look at whole pictures only."));
  if (defects.size() < least_defects || defects.size() > most_defects)
    return core::fail(core::invalid_input("defects", fmt::format("Between {} and {} pictures of defects can be taught; "
                                                                 "there are {}.",
                                                                 least_defects, most_defects, defects.size())));
  for (const auto& defect : defects)
    if (defect.whole.size() != parts.global->mean().size() ||
        !std::ranges::all_of(defect.whole, [](float value) { return std::isfinite(value); }))
      return core::fail(
          core::invalid_input("defects", "The embedding of a defect is not one of the model's backbone."));
  return {};
}

}  // namespace

Result<DefectExample> look_at_defect(const AnomalyModel& model, const core::Raster& picture, std::string group,
                                     Embedder& embedder) {
  SG_ASSIGN(auto seen, aligned_features(picture, model.reference(), model.parts().recipe.is_stretched, embedder));
  return DefectExample{std::move(group), std::move(seen.features.whole)};
}

Result<TaughtAnomaly> teach_defects(const AnomalyModel& base, std::span<const DefectExample> defects,
                                    std::uint64_t seed) {
  AnomalyParts parts = base.parts();
  SG_TRY(check(parts, defects));
  const Lesson lesson = lesson_of(parts, defects, seed);
  const RowSpan span(lesson.rows);
  double best = -1;
  double strength = 0;
  std::vector<double> margins;
  for (const double relative : strengths) {
    const double candidate = relative * static_cast<double>(lesson.rows.columns());
    SG_ASSIGN(auto judged, margins_out_of_fold(span.coordinates(), lesson, candidate));
    const double separation = separation_of(judged, lesson);
    // The stiffer is kept unless a looser one is clearly better.
    if (separation <= best + 0.005) continue;
    best = separation;
    strength = candidate;
    margins = std::move(judged);
  }
  parts.defects.reset();
  const double weight = best < least_separation ? 0 : defect_weight;
  if (weight > 0) {
    SG_ASSIGN(SoftmaxModel model, fit_softmax(span.coordinates(), lesson.labels, 2, strength));
    model.weights = span.expanded(model.weights);
    DefectPart part{.weight = weight};
    for (std::size_t j = 0; j < model.weights.columns(); ++j)
      part.direction.push_back(model.weights(1, j) - model.weights(0, j));
    part.offset = static_cast<double>(model.offsets[1]) - static_cast<double>(model.offsets[0]);
    const std::size_t goods = parts.global->centred().rows();
    part.good_margins.assign(margins.begin(), margins.begin() + static_cast<std::ptrdiff_t>(goods));
    part.standard = standard_of(part.good_margins);
    parts.defects = std::move(part);
  }
  SG_ASSIGN(parts.threshold, conformal(good_scores(parts), parts.threshold.asked));
  SG_ASSIGN(std::string file, write_anomaly(parts));
  SG_ASSIGN(AnomalyModel model, read_anomaly(file));
  return TaughtAnomaly{std::move(model), std::move(file), best, weight};
}

}  // namespace sightglass::vision
