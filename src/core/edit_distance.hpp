// How far two words are from each other, to name the one that was probably meant.
#pragma once

#include <cstddef>
#include <string_view>

namespace sightglass::core {

// Levenshtein's: bytes to add, take away or change. Takes a.size() · b.size() steps.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace sightglass::core
