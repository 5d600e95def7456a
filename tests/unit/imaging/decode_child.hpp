// Decoding processes for the pool's tests: honest, crashing, hanging, lying.
#pragma once

#include <string_view>

namespace sightglass::imaging {

// The body of `--decode-child KIND`; serves descriptor 3 and returns the exit status.
int run_test_child(std::string_view kind);

}  // namespace sightglass::imaging
