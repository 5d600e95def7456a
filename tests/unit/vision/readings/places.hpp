// Wheels and needles as a reader would see them.
#pragma once

#include <cmath>
#include <initializer_list>

#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision::test {

// All of `sure` at `value`, the rest anywhere.
inline PlaceShares place_at(double value, double sure = 0.99) {
  PlaceShares shares{};
  shares.fill(static_cast<float>((1 - sure) / 100));
  shares[static_cast<std::size_t>(std::lround(value * 10)) % 100] += static_cast<float>(sure);
  return shares;
}

inline PartSeen wheels_at(std::initializer_list<double> values, double sure = 0.999) {
  PartSeen part{.kind = PartKind::wheels};
  for (const double value : values) part.places.push_back(place_at(value, sure));
  return part;
}

inline PartSeen needle_at(double value, double sure = 0.999) {
  return {.kind = PartKind::needle, .places = {place_at(value, sure)}};
}

}  // namespace sightglass::vision::test
