#include "inspection/steps/animals.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace sightglass::inspection::steps {
namespace {

// Two boxes of one animal, named differently.
constexpr double same_animal = 0.5;

}  // namespace

bool is_animal(std::span<const std::string> known, std::string_view label) {
  return label == animal_group || std::ranges::find(known, label) != known.end();
}

std::vector<vision::Detection> animals_among(std::span<const std::string> known,
                                             const std::vector<vision::Detection>& objects) {
  std::vector<vision::Detection> found;
  for (const auto& object : objects)
    if (is_animal(known, object.label)) found.push_back(object);
  std::ranges::sort(found, std::ranges::greater{}, &vision::Detection::confidence);
  std::vector<vision::Detection> apart;
  for (auto& one : found) {
    const bool is_there =
        std::ranges::any_of(apart, [&](const auto& surer) { return core::overlap(surer.box, one.box) >= same_animal; });
    if (!is_there) apart.push_back(std::move(one));
  }
  return apart;
}

}  // namespace sightglass::inspection::steps
