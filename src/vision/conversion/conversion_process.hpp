// The process that converts strangers' networks: `sightglass-worker model-convert`.
#pragma once

#include <cstdint>
#include <string>

namespace sightglass::vision {

// Confines itself like a decoder of pictures, then reads `members` files from the descriptors 4 and on, converts, and
// answers on the descriptor 3 (see conversion_child.hpp). The exit status: 0 when an answer was sent.
int run_conversion(const std::string& wish, std::int64_t members);

}  // namespace sightglass::vision
