// The animals among the objects that a detector found.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vision/detection/detector.hpp"

namespace sightglass::inspection::steps {

// The group of a detector's description that holds its animals, and the one word of detectors that tell no kinds.
inline constexpr std::string_view animal_group = "animal";

// `known` are the detector's labels that are animals.
bool is_animal(std::span<const std::string> known, std::string_view label);
// Each animal once, as the detector is surest of it; the surest first.
std::vector<vision::Detection> animals_among(std::span<const std::string> known,
                                             const std::vector<vision::Detection>& objects);

}  // namespace sightglass::inspection::steps
