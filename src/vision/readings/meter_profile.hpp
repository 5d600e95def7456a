// Where a meter shows its value: taught once, on a reference photo.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::vision {

// x, y of four corners, clockwise from where reading begins: of the left top one when the text is upright.
using Quadrangle = std::array<double, 8>;

enum class PartKind : std::uint8_t { wheels, display, needle };
std::string_view name_of(PartKind kind);  // "wheels", "display", "needle"
std::optional<PartKind> part_kind_from_name(std::string_view name);

// One row of wheels, one display, or one small dial whose needle goes round once for ten of its place.
struct MeterPart {
  PartKind kind = PartKind::wheels;
  // Shares of the reference photo as people see it, a little beyond its edges at most. Absent: a display that is looked
  // for on the whole photo.
  std::optional<Quadrangle> corners{};
  std::int32_t digits = 1;  // wheels in the row, at even distances; of a needle 1; of a display not used
};

// Parts from the highest place to the lowest. Empty: nothing was taught.
struct MeterProfile {
  std::vector<MeterPart> parts{};
};

constexpr std::size_t most_parts = 12;

// Of the object {"parts": [{"kind": "wheels", "corners": [[x, y], …four], "digits": 5}, …]}. Members beside `parts` are
// for others and left alone. Errors: invalid_input, its message naming the member: no JSON, a part that is not as
// above, corners that span no area or go the wrong way round, more than `most_parts`, a display among other parts.
core::Result<MeterProfile> read_meter_profile(std::string_view json);

// Twice the signed area of a quadrangle in its own units: above 0 when it goes clockwise on a picture.
double doubled_area(const Quadrangle& corners);

}  // namespace sightglass::vision
