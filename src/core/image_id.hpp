// The name of a part, as a scanner, a label or a person gives it, under which its inspection is filed.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::core {

inline constexpr std::size_t longest_image_id = 128;  // characters

// A valid id is a folder's name as it stands: 1 … 128 of the letters A–Z and a–z, digits, '.', '_', '-' and single
// spaces between them, not beginning with a dot. invalid_input, naming the field image_id and what is wrong with it,
// else.
Result<void> check_image_id(std::string_view id);

}  // namespace sightglass::core
