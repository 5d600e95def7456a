// How good a trained model is on pictures that no model learnt of, and whether it may take another's place by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/json_writer.hpp"
#include "vision/conformal.hpp"
#include "vision/metrics.hpp"

namespace sightglass::inspection::training {

// Of an anomaly model. Positive are pictures with a defect.
struct AnomalyFigures {
  std::int64_t goods = 0, defects = 0;   // that were judged
  std::int64_t rejected = 0, found = 0;  // of them those above the threshold
  vision::ConformalThreshold threshold{};
  std::optional<double> auroc{}, average_precision{};  // nothing without goods or without defects
  std::vector<vision::PrecisionRecall> curve{};
  // How many goods may be rejected by what the threshold promises.
  bool is_inside() const;
  std::optional<double> recall() const;
};
AnomalyFigures anomaly_figures(std::span<const vision::Scored> judged, const vision::ConformalThreshold& threshold);

// One answer of a head.
struct HeadAnswerGiven {
  std::string truth{}, answer{};
  double probability = 0;
  bool is_known = false;
};
// Of a head.
struct HeadFigures {
  std::int64_t examples = 0, right = 0, known = 0, known_and_wrong = 0;
  double calibration_error = 0;
  std::vector<vision::CalibrationBin> calibration{};
  vision::ConfusionMatrix confusion{};
  double share(std::int64_t count) const;  // of the examples; 0 without any
};
HeadFigures head_figures(std::span<const HeadAnswerGiven> answers);

void write(core::JsonWriter& json, const AnomalyFigures& figures);
void write(core::JsonWriter& json, const HeadFigures& figures);

// Whether a model takes the place of what holds without a person's word, and why, as a sentence. docs/training.md
// states the rule.
struct Ruling {
  bool is_better = false;
  std::string why{};
};
// `before` is of the model that holds, on the same pictures; nothing when none holds.
Ruling judge(const AnomalyFigures& now, const std::optional<AnomalyFigures>& before);
Ruling judge(const HeadFigures& now, const std::optional<HeadFigures>& before);

inline constexpr std::int64_t least_judged_goods = 5;
inline constexpr std::int64_t least_judged_defects = 3;
inline constexpr std::int64_t least_judged_examples = 10;
inline constexpr double better_by = 0.01;         // area under the curve, or share that is right
inline constexpr double recall_better_by = 0.05;  // with an area that is no smaller
inline constexpr double least_area = 0.7;         // of a first model
inline constexpr double least_right = 0.7;        // likewise
inline constexpr double most_known_and_wrong = 0.05;

}  // namespace sightglass::inspection::training
