#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <utility>

#include "inspection/head_view.hpp"
#include "inspection/steps/head_details.hpp"
#include "inspection/steps/steps.hpp"
#include "vision/heads/severity.hpp"

namespace sightglass::inspection::steps {
namespace {

using core::Result;

// What a class is called of which there is nothing to report.
constexpr std::array<std::string_view, 5> sound_classes{"good", "intact", "none", "ok", "undamaged"};

bool is_sound(std::string_view name) { return std::ranges::find(sound_classes, name) != sound_classes.end(); }

bool was_found_good(const Observations& seen) {
  const bool was_judged = std::ranges::find(seen.looked_for, core::FindingKind::anomaly) != seen.looked_for.end();
  return was_judged &&
         std::ranges::find(seen.findings, core::FindingKind::anomaly, &core::Finding::kind) == seen.findings.end();
}

// Where an anomaly was found the head is asked what it is; else what there is on the whole photo. A head that does not
// know what nothing looks like sees damage everywhere: it has no say on what was found good.
std::vector<std::optional<core::Box>> places_to_judge(const Observations& seen, const vision::FewShotHead& head) {
  std::vector<std::optional<core::Box>> places;
  for (const auto& finding : seen.findings)
    if (finding.kind == core::FindingKind::anomaly && finding.box) places.push_back(finding.box);
  const bool knows_nothing = std::ranges::any_of(head.parts().labels, is_sound);
  if (places.empty() && (knows_nothing || !was_found_good(seen))) places.emplace_back();
  return places;
}

core::Finding finding_of(const StepContext& context, const Judge& judge, const vision::HeadAnswer& answer,
                         const std::optional<core::Box>& box) {
  const auto& critical = context.taught->critical_classes;
  // How much of a photo is damaged that was judged as a whole nobody knows.
  const double share = box ? box->area() / static_cast<double>(context.picture.upright_size().pixels())
                           : std::numeric_limits<double>::quiet_NaN();
  core::Finding finding{.kind = core::FindingKind::damage,
                        .class_name = std::string(unknown_class),
                        .box = box,
                        .confidence = answer.probability,
                        .model = judge.row.name,
                        .version = judge.row.version,
                        .details = guesses_json(answer.all)};
  if (!answer.is_known) return finding;
  const vision::DamageClassRule rule{.is_critical = std::ranges::find(critical, answer.label) != critical.end()};
  finding.class_name = answer.label;
  finding.severity = vision::severity_of(share, answer.probability, rule);
  return finding;
}

}  // namespace

bool may_show_damage(const core::Photo& photo) { return photo.job_id || photo.asset_id; }

Result<void> name_damage(StepContext& context) {
  const auto& judge = context.taught->judges.at(std::string(damage_task));
  SG_ASSIGN(const auto* head, context.taught->models.head(judge));
  const auto places = places_to_judge(context.seen, *head);
  std::vector<core::Finding> found;
  double surest = 0;
  for (const auto& place : places) {
    SG_ASSIGN(const auto values, head_values(context.picture, context.instruments, head->parts().input, place));
    SG_ASSIGN(const auto answer, head->judge(values));
    surest = std::max(surest, answer.probability);
    if (!answer.is_known || !is_sound(answer.label)) found.push_back(finding_of(context, judge, answer, place));
  }
  auto& seen = context.seen;
  std::ranges::move(found, std::back_inserter(seen.findings));
  seen.looked_for.push_back(core::FindingKind::damage);
  if (places.empty()) return {};
  seen.scores.push_back({.task = std::string(damage_task),
                         .model = judge.label(),
                         .model_id = judge.row.id,
                         .score = surest,
                         .threshold = head->parts().least_probability});
  return {};
}

}  // namespace sightglass::inspection::steps
