// The temperature that a file's name carries.
#pragma once

#include <optional>
#include <string_view>

namespace sightglass::ingest {

// In °C, of "…_-4°C.jpg" or "… 68°F …": whole degrees with a degree sign, which nothing else in a name has. Without the
// sign "12C" is as often the name of a place as a temperature, and a wrong one is worse than none. nullopt also when
// there are two, when a hyphen may be a minus or divide words, and beyond core::coldest … core::hottest.
std::optional<double> named_temperature(std::string_view filename);

}  // namespace sightglass::ingest
