#include <algorithm>
#include <array>
#include <iterator>

#include "inspection/burst_judgement.hpp"
#include "inspection/head_view.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

using core::Result;

// Each costs a pass of the backbone. Of a larger herd the ones that are seen best tell the species.
constexpr std::size_t most_judged = 5;

// How many of `sightings`, the surest first, are worth a look: those that are told, else the surest of the faint ones,
// which its burst may come to need.
std::size_t worth_a_look(const std::vector<Sighting>& sightings) {
  const auto told = std::ranges::count_if(sightings, [](const Sighting& one) { return one.confidence >= least_told; });
  return std::min({static_cast<std::size_t>(std::max<std::ptrdiff_t>(told, 1)), most_judged, sightings.size()});
}

}  // namespace

Result<void> name_species(StepContext& context) {
  const auto& judge = context.taught->judges.at(std::string(species_task));
  auto& seen = context.seen;
  if (seen.sightings.empty()) return {};
  SG_ASSIGN(const auto* head, context.taught->models.head(judge));
  seen.sightings.resize(worth_a_look(seen.sightings));
  double surest = 0;
  for (auto& sighting : seen.sightings) {
    SG_ASSIGN(const auto values, head_values(context.picture, context.instruments, head->parts().input, sighting.box));
    SG_ASSIGN(auto answer, head->judge(values));
    if (sighting.confidence >= least_told) surest = std::max(surest, answer.probability);
    sighting.head = judge.label();
    sighting.least_probability = head->parts().least_probability;
    sighting.names = context.region == nullptr ? std::move(answer.all)
                                               : context.region->restricted(answer.all, sighting.least_probability);
  }
  std::erase_if(seen.findings, [](const core::Finding& found) { return found.kind == core::FindingKind::spotting; });
  auto found = judge_burst(std::array{seen.sightings});
  std::ranges::move(found[0], std::back_inserter(seen.findings));
  if (surest > 0)
    seen.scores.push_back({.task = std::string(species_task),
                           .model = judge.label(),
                           .model_id = judge.row.id,
                           .score = surest,
                           .threshold = head->parts().least_probability});
  return {};
}

}  // namespace sightglass::inspection::steps
