// The animals among the objects that a detector found.
#pragma once

#include <string_view>
#include <vector>

#include "vision/detection/detector.hpp"

namespace sightglass::inspection::steps {

bool is_animal(std::string_view label);
// Each animal once, as the detector is surest of it; the surest first.
std::vector<vision::Detection> animals_among(const std::vector<vision::Detection>& objects);

}  // namespace sightglass::inspection::steps
