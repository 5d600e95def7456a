// A guard before the TOML library, for files of strangers.
#pragma once

#include <string_view>

#include "core/result.hpp"

namespace sightglass::vision {

// toml++ 3.3 takes for granted that a table's header begins with a name: an assertion ends the process where there are
// assertions, and anything may happen where there are none. Lines that begin with "[" and no name are refused; such
// lines inside of arrays and of texts, too, which no file of ours needs.
// Errors: invalid_input, naming the line.
core::Result<void> check_headers(std::string_view toml);

}  // namespace sightglass::vision
