#include "vision/heads/severity.hpp"

#include <algorithm>
#include <array>

namespace sightglass::vision {

core::Severity severity_of(double area_share, double probability, const DamageClassRule& rule) {
  constexpr double sure = 0.9;
  if (rule.is_critical && probability >= sure) return core::Severity::critical;
  constexpr std::array bounds{0.002, 0.01, 0.04};
  constexpr std::array levels{core::Severity::none, core::Severity::low, core::Severity::medium, core::Severity::high};
  std::size_t level = 0;
  while (level < bounds.size() && area_share >= bounds[level]) ++level;
  if (rule.raises) level = std::min(level + 1, levels.size() - 1);
  return levels[level];
}

}  // namespace sightglass::vision
