#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "core/json_writer.hpp"
#include "inspection/steps/animals.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

// The animals among the 80 classes of COCO (Lin et al., 2014), and the one word of detectors for camera traps.
constexpr std::array<std::string_view, 11> animals{"bird",     "cat",  "dog",   "horse",   "sheep", "cow",
                                                   "elephant", "bear", "zebra", "giraffe", "animal"};

// A detector names what it knows: below this an opossum is a bear. Then it is an animal, and the name is a guess.
constexpr double least_for_species = 0.6;
// Two boxes of one animal, named differently.
constexpr double same_animal = 0.5;

std::string guess_json(std::string_view guess) {
  std::string text;
  core::JsonWriter(text).begin_object().member("guess", guess).end_object();
  return text;
}

// As its box's network is named.
core::Finding spotting(const vision::Detection& animal, const std::string& model) {
  const auto at = model.find('@');
  core::Finding finding{.kind = core::FindingKind::spotting,
                        .class_name = animal.label,
                        .box = animal.box,
                        .confidence = animal.confidence,
                        .model = model.substr(0, at),
                        .version = at == std::string::npos ? std::string() : model.substr(at + 1)};
  if (animal.confidence >= least_for_species || animal.label == "animal") return finding;
  finding.class_name = "animal";
  finding.details = guess_json(animal.label);
  return finding;
}

}  // namespace

bool is_animal(std::string_view label) { return std::ranges::find(animals, label) != animals.end(); }

std::vector<vision::Detection> animals_among(const std::vector<vision::Detection>& objects) {
  std::vector<vision::Detection> found;
  for (const auto& object : objects)
    if (is_animal(object.label)) found.push_back(object);
  std::ranges::sort(found, std::ranges::greater{}, &vision::Detection::confidence);
  std::vector<vision::Detection> apart;
  for (auto& one : found) {
    const bool is_known =
        std::ranges::any_of(apart, [&](const auto& surer) { return core::overlap(surer.box, one.box) >= same_animal; });
    if (!is_known) apart.push_back(std::move(one));
  }
  return apart;
}

bool may_show_animals(const core::Photo& photo) {
  return photo.kind == core::PhotoKind::field && !photo.job_id && !photo.asset_id;
}

// One finding for each species, with the box of the surest of them.
core::Result<void> find_animals(StepContext& context) {
  std::map<std::string, core::Finding, std::less<>> by_species;
  const std::string model = context.instruments.model_of("objects");
  for (const auto& animal : animals_among(context.seen.objects)) {
    auto finding = spotting(animal, model);
    const auto species = finding.class_name;
    if (const auto [place, is_new] = by_species.try_emplace(species, std::move(finding)); !is_new)
      ++place->second.count;
  }
  for (auto& [species, finding] : by_species) context.seen.findings.push_back(std::move(finding));
  context.seen.looked_for.push_back(core::FindingKind::spotting);
  return {};
}

}  // namespace sightglass::inspection::steps
