// Reads codes by zxing-cpp 1.4.
#pragma once

#include <memory>

#include "vision/codes/symbol_reader.hpp"

namespace sightglass::vision::zxing {

// All kinds of CodeKind. Of bars it tells at most six on a picture, of DataBar one; of matrix codes all that it finds.
std::unique_ptr<SymbolReader> make_code_reader();

}  // namespace sightglass::vision::zxing
