// A service outside this machine, as an analysis asks it: what it is asked for, and the budget it is paid from.
#pragma once

#include <vector>

#include "inspection/budget.hpp"
#include "vision/provider.hpp"

namespace sightglass::inspection {

struct Outside {
  vision::Provider& provider;
  Budget& budget;
  std::vector<vision::ProviderFeature> features{};
  bool is_urgent = false;  // of the photo that is looked at now
};

}  // namespace sightglass::inspection
