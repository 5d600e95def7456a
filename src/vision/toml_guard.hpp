// A guard before the TOML library, for files of strangers.
#pragma once

#include <string_view>

#include "core/result.hpp"

namespace sightglass::vision {

// toml++ 3.3 takes two things for granted: that a table's header begins with a name, and that letters beyond ASCII
// stand in texts and comments alone. Where they do not, an assertion ends the process where there are assertions, and
// anything may happen where there are none. Refused are lines that begin with "[" and no name, inside of arrays and
// texts, too, which no file of ours needs; and letters beyond ASCII elsewhere than in texts and comments. Errors:
// invalid_input, naming the line.
core::Result<void> check_toml(std::string_view toml);

}  // namespace sightglass::vision
