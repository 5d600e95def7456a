// Case folding for searches that ignore case.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::database {

// Lower case, code point by code point, of UTF-8 text; bytes that are not UTF-8 stay as they are. Thread-safe.
std::string fold_case(std::string_view text);

}  // namespace sightglass::database
