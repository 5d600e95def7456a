#include <algorithm>
#include <limits>

#include "core/json_writer.hpp"
#include "inspection/heat_map.hpp"
#include "inspection/heat_map_blob.hpp"
#include "inspection/steps/steps.hpp"
#include "vision/heads/severity.hpp"

namespace sightglass::inspection::steps {
namespace {

using core::Result;

constexpr std::string_view anomaly_class = "anomaly";
// Of one photo, those with the highest peaks: who has judged these has judged the photo.
constexpr std::size_t most_findings = 5;
// So many of the goods' deviations beyond the threshold (the customary bound of outliers), a place is a level worse
// than its area says.
constexpr double far_beyond = 3;

bool is_listed(std::span<const std::string> classes, std::string_view name) {
  return std::ranges::find(classes, name) != classes.end();
}

std::string details_json(const Picture& picture, const vision::AnomalyResult& result) {
  const auto peak = picture.on_original({result.peak.x, result.peak.y, 0, 0});
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  if (result.nearest_good) json.member("nearest_good", *result.nearest_good);
  json.member("rarity", result.rarity).key("peak").begin_object().member("x", peak.x).member("y", peak.y).end_object();
  json.end_object();
  return text;
}

core::Finding finding_of(const StepContext& context, const Judge& judge, const vision::AnomalyResult& result,
                         const std::optional<core::Box>& box) {
  const auto upright = context.picture.upright_size();
  const double share =
      box ? box->area() / static_cast<double>(upright.pixels()) : std::numeric_limits<double>::quiet_NaN();
  const vision::DamageClassRule rule{.raises = result.score >= result.threshold + far_beyond,
                                     .is_critical = is_listed(context.taught->critical_classes, anomaly_class)};
  return {.kind = core::FindingKind::anomaly,
          .class_name = std::string(anomaly_class),
          .severity = vision::severity_of(share, result.rarity, rule),
          .box = box,
          .confidence = result.rarity,
          .score = result.score,
          .threshold = result.threshold,
          .model = judge.row.name,
          .version = judge.row.version,
          .details = details_json(context.picture, result),
          .heat_map = context.seen.heat_map ? context.seen.heat_map->key : std::string()};
}

void add_findings(StepContext& context, const Judge& judge, const vision::AnomalyResult& result) {
  std::vector<core::Box> boxes;
  for (const auto& on_raster : result.boxes) {
    const auto box = context.picture.on_original(on_raster);
    if (!box.is_empty() && boxes.size() < most_findings) boxes.push_back(box);
  }
  for (const auto& box : boxes) context.seen.findings.push_back(finding_of(context, judge, result, box));
  if (boxes.empty()) context.seen.findings.push_back(finding_of(context, judge, result, std::nullopt));
}

}  // namespace

Result<void> find_anomalies(StepContext& context) {
  const auto& judge = context.taught->judges.at(std::string(anomaly_task));
  SG_ASSIGN(const auto* model, context.taught->models.anomaly(judge));
  SG_ASSIGN(const auto* pass, context.picture.pass());
  SG_ASSIGN(const auto* image, context.picture.image());
  SG_ASSIGN(auto* embedder, context.instruments.embedder());
  SG_ASSIGN(const auto result, model->score(image->raster, *pass, *embedder));
  auto& seen = context.seen;
  if (result.is_anomalous) {
    const HeatMap map{.size = result.map.cells, .z = result.map.values};
    SG_ASSIGN(seen.heat_map, heat_map_blob(context.picture.photo(), map));
    add_findings(context, judge, result);
  }
  seen.scores.push_back({.task = std::string(anomaly_task),
                         .model = judge.label(),
                         .model_id = judge.row.id,
                         .score = result.score,
                         .threshold = result.threshold});
  seen.looked_for.push_back(core::FindingKind::anomaly);
  return {};
}

}  // namespace sightglass::inspection::steps
