#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "inspection/burst_judgement.hpp"
#include "inspection/steps/animals.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {

namespace {

bool may_be(const StepContext& context, const std::string& label) {
  return context.region == nullptr || context.region->allows(label);
}

}  // namespace

bool may_show_animals(const core::Photo& photo) {
  return photo.kind == core::PhotoKind::field && !photo.job_id && !photo.asset_id;
}

// As if the photo stood alone. Where it does not, its burst is judged when the results are written.
core::Result<void> find_animals(StepContext& context) {
  auto& seen = context.seen;
  const std::string model = context.instruments.model_of("objects");
  auto all = seen.objects;
  all.insert(all.end(), seen.faint_animals.begin(), seen.faint_animals.end());
  for (const auto& animal : animals_among(context.instruments.labels_of("objects", animal_group), all))
    seen.sightings.push_back({.label = may_be(context, animal.label) ? animal.label : std::string(animal_group),
                              .confidence = animal.confidence,
                              .box = animal.box,
                              .detector = model});
  auto found = judge_burst(std::array{seen.sightings});
  std::ranges::move(found[0], std::back_inserter(seen.findings));
  seen.looked_for.push_back(core::FindingKind::spotting);
  return {};
}

}  // namespace sightglass::inspection::steps
