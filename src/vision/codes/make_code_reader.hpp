// Reads codes with all readers there are, on as many copies of a picture as the effort allows.
#pragma once

#include <memory>

#include "vision/codes/code_reader.hpp"

namespace sightglass::vision {

// `quick` is the picture and one copy of it with more contrast; `thorough` goes on over sharpened, framed, turned and
// inverted copies until something is believed (agreement.hpp) and nothing waits for another reading. Stateless.
std::unique_ptr<CodeReader> make_code_reader();

}  // namespace sightglass::vision
