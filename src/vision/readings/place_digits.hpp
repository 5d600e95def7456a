// Which rows of digits a row of wheels and needles may show, and how likely each is.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

struct RowOfDigits {
  std::string digits{};    // the highest place first
  double probability = 0;  // of all rows together 1, but for those that are left out as very unlikely
};

// The likeliest first, at most 64; empty without places.
std::vector<RowOfDigits> rows_of_digits(std::span<const PartSeen> parts);

// Where one place stands, and how likely it is within 0.3 of that.
struct PlaceValue {
  double value = 0;  // 0 ≤ … < 10
  double confidence = 0;
};
PlaceValue value_of(const PlaceShares& shares);

// Below this a single place is not told: of those told at most one in a hundred is wrong (docs/vision.md).
constexpr double least_place_confidence = 0.5;

}  // namespace sightglass::vision
