// The number in what was read off a display.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::vision {

// Digits with at most one point among them, as the meter's digits and decimals want it: units and blanks around are
// left out, letters that look like digits become those, a point that is missing is set. With digits and decimals of 0
// as it stands. nullopt for what cannot be such a number.
std::optional<std::string> number_in(std::string_view text, std::int32_t digits, std::int32_t decimals);

}  // namespace sightglass::vision
