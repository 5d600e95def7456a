// Which rows of digits a row of wheels and needles may show, and how likely each is.
#pragma once

#include <cstdint>
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

// The whole digit that a place stands at, and how likely it is within 0.2 of that: of displays and of wheels that are
// read where they do not roll.
struct WholeDigit {
  std::int32_t digit = 0;
  double confidence = 0;
};
WholeDigit whole_digit_of(const PlaceShares& shares);

// Below this a single place is better not told. Above it one or two of a hundred pictures of wheels and of needles are
// told wrong (docs/vision.md).
constexpr double least_confidence_of(PartKind kind) { return kind == PartKind::needle ? 0.95 : 0.65; }

}  // namespace sightglass::vision
