// A network together with the description that says how to use it.
#pragma once

#include "vision/model_file.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

// Both borrowed until the next call of whoever gave them; never null in an answer without error.
struct LoadedModel {
  const ModelDescription* description = nullptr;
  Network* network = nullptr;
};

}  // namespace sightglass::vision
