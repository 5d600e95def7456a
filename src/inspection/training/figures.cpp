#include "inspection/training/figures.hpp"

#include <algorithm>
#include <set>

namespace sightglass::inspection::training {
namespace {

constexpr double sure = 0.95;
constexpr std::size_t most_points = 100;

void write_interval(core::JsonWriter& json, core::JsonKey name, const vision::Interval& interval) {
  json.key(name).begin_object().member("least", interval.least).member("most", interval.most).end_object();
}

void write_share(core::JsonWriter& json, core::JsonKey name, std::int64_t hits, std::int64_t of) {
  if (of == 0)
    json.key(name).null();
  else
    write_interval(json, name, vision::clopper_pearson(hits, of, sure));
}

// Of many different scores so many, evenly, the ends among them.
void write_curve(core::JsonWriter& json, const std::vector<vision::PrecisionRecall>& curve) {
  json.key("precision_recall").begin_array();
  const std::size_t shown = std::min(curve.size(), most_points);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& point = curve[shown < 2 ? i : i * (curve.size() - 1) / (shown - 1)];
    json.begin_object().member("threshold", point.threshold).member("precision", point.precision);
    json.member("recall", point.recall).end_object();
  }
  json.end_array();
}

void write_confusion(core::JsonWriter& json, const vision::ConfusionMatrix& confusion) {
  json.key("confusion").begin_object().key("labels").begin_array();
  for (const auto& label : confusion.labels) json.string(label);
  json.end_array().key("counts").begin_array();
  for (std::size_t truth = 0; truth < confusion.labels.size(); ++truth) {
    json.begin_array();
    for (std::size_t answer = 0; answer < confusion.labels.size(); ++answer) json.integer(confusion.at(truth, answer));
    json.end_array();
  }
  json.end_array().end_object();
}

vision::ConfusionMatrix confusion_of(const AnomalyFigures& figures) {
  return {
      .labels = {"good", "defect"},
      .counts = {figures.goods - figures.rejected, figures.rejected, figures.defects - figures.found, figures.found}};
}

}  // namespace

bool AnomalyFigures::is_inside() const {
  if (goods == 0) return true;
  return vision::expected_rejects(threshold, goods).contains(static_cast<double>(rejected));
}

std::optional<double> AnomalyFigures::recall() const {
  if (defects == 0) return std::nullopt;
  return static_cast<double>(found) / static_cast<double>(defects);
}

AnomalyFigures anomaly_figures(std::span<const vision::Scored> judged, const vision::ConformalThreshold& threshold) {
  AnomalyFigures figures{.threshold = threshold};
  for (const auto& one : judged) {
    const bool is_above = one.score > threshold.value;
    (one.is_positive ? figures.defects : figures.goods) += 1;
    (one.is_positive ? figures.found : figures.rejected) += is_above ? 1 : 0;
  }
  figures.auroc = vision::area_under_roc(judged);
  if (figures.goods > 0) figures.average_precision = vision::average_precision(judged);
  figures.curve = vision::precision_recall(judged);
  return figures;
}

double HeadFigures::share(std::int64_t count) const {
  return examples == 0 ? 0 : static_cast<double>(count) / static_cast<double>(examples);
}

HeadFigures head_figures(std::span<const HeadAnswerGiven> answers) {
  HeadFigures figures;
  std::set<std::string> names;
  for (const auto& one : answers) names.insert({one.truth, one.answer});
  std::vector<std::string> labels(names.begin(), names.end());
  const auto place = [&](const std::string& name) {
    return static_cast<std::int32_t>(std::ranges::lower_bound(labels, name) - labels.begin());
  };
  std::vector<std::int32_t> truths;
  std::vector<std::int32_t> given;
  std::vector<vision::Scored> probabilities;
  for (const auto& one : answers) {
    const bool is_right = one.truth == one.answer;
    ++figures.examples;
    figures.right += is_right ? 1 : 0;
    figures.known += one.is_known ? 1 : 0;
    figures.known_and_wrong += one.is_known && !is_right ? 1 : 0;
    truths.push_back(place(one.truth));
    given.push_back(place(one.answer));
    probabilities.push_back({one.probability, is_right});
  }
  constexpr std::int32_t bins = 10;
  figures.calibration = vision::calibration_curve(probabilities, bins);
  figures.calibration_error = vision::expected_calibration_error(figures.calibration);
  figures.confusion = vision::confusion(std::move(labels), truths, given);
  return figures;
}

void write(core::JsonWriter& json, const AnomalyFigures& figures) {
  json.begin_object().member("examples", figures.goods + figures.defects);
  json.member("threshold", figures.threshold.value).member("auroc", figures.auroc);
  json.member("average_precision", figures.average_precision).member("recall", figures.recall());
  write_share(json, "recall_interval", figures.found, figures.defects);
  write_curve(json, figures.curve);
  write_confusion(json, confusion_of(figures));
  json.key("false_rejects").begin_object().member("asked", figures.threshold.asked);
  write_interval(json, "promised", figures.threshold.rate);
  json.member("rejected", figures.rejected).member("of", figures.goods);
  write_interval(json, "measured", vision::clopper_pearson(figures.rejected, figures.goods, sure));
  json.member("inside", figures.is_inside()).end_object().end_object();
}

void write(core::JsonWriter& json, const HeadFigures& figures) {
  const auto share = [&](std::int64_t count) {
    return figures.examples == 0 ? std::nullopt : std::optional(figures.share(count));
  };
  json.begin_object().member("examples", figures.examples).member("accuracy", share(figures.right));
  write_share(json, "accuracy_interval", figures.right, figures.examples);
  json.member("known", share(figures.known)).member("known_and_wrong", share(figures.known_and_wrong));
  json.member("calibration_error", figures.calibration_error).key("calibration").begin_array();
  for (const auto& bin : figures.calibration)
    json.begin_object().member("said", bin.said).member("found", bin.found).member("count", bin.count).end_object();
  json.end_array();
  write_confusion(json, figures.confusion);
  json.end_object();
}

}  // namespace sightglass::inspection::training
