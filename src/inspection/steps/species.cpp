#include <algorithm>
#include <map>

#include "inspection/head_view.hpp"
#include "inspection/steps/animals.hpp"
#include "inspection/steps/head_details.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

using core::Result;

// Each costs a pass of the backbone. Of a larger herd the ones that are seen best tell the species.
constexpr std::size_t most_judged = 5;
// What a head says of a crop without an animal on it: the detector was wrong.
constexpr std::string_view empty_class = "empty";

core::Finding spotting(const Judge& judge, const vision::HeadAnswer& answer, const core::Box& box) {
  return {.kind = core::FindingKind::spotting,
          .class_name = answer.is_known ? answer.label : std::string(unknown_class),
          .box = box,
          .confidence = answer.probability,
          .model = judge.row.name,
          .version = judge.row.version,
          .details = guesses_json(answer)};
}

// As the detector's spottings are: one finding for each species, with the box of the surest of them.
void add(std::map<std::string, core::Finding>& by_species, core::Finding one) {
  const auto [place, is_new] = by_species.try_emplace(one.class_name, one);
  if (is_new) return;
  const auto count = place->second.count + 1;
  if (one.confidence > place->second.confidence) place->second = std::move(one);
  place->second.count = count;
}

}  // namespace

Result<void> name_species(StepContext& context) {
  const auto& judge = context.taught->judges.at(std::string(species_task));
  auto animals = animals_among(context.seen.objects);
  if (animals.empty()) return {};
  SG_ASSIGN(const auto* head, context.taught->models.head(judge));
  if (animals.size() > most_judged) animals.resize(most_judged);
  std::map<std::string, core::Finding> by_species;
  double surest = 0;
  for (const auto& animal : animals) {
    SG_ASSIGN(const auto values, head_values(context.picture, context.instruments, head->parts().input, animal.box));
    SG_ASSIGN(const auto answer, head->judge(values));
    surest = std::max(surest, answer.probability);
    if (!answer.is_known || answer.label != empty_class) add(by_species, spotting(judge, answer, animal.box));
  }
  auto& seen = context.seen;
  std::erase_if(seen.findings, [](const core::Finding& found) { return found.kind == core::FindingKind::spotting; });
  for (auto& [species, finding] : by_species) seen.findings.push_back(std::move(finding));
  seen.scores.push_back({.task = std::string(species_task),
                         .model = judge.label(),
                         .model_id = judge.row.id,
                         .score = surest,
                         .threshold = head->parts().least_probability});
  return {};
}

}  // namespace sightglass::inspection::steps
