#include "vision/provider.hpp"

#include <array>

namespace sightglass::vision {

std::string_view name_of(ProviderFeature feature) {
  constexpr std::array<std::string_view, 3> names{"labels", "objects", "text"};
  return names.at(static_cast<std::size_t>(feature));
}

}  // namespace sightglass::vision
