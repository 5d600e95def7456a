// The seam to libraries that read codes: one grey picture in, what they make of its symbols out.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/box.hpp"
#include "core/result.hpp"
#include "vision/codes/code_text.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

// How grey becomes black and white. `local` compares with the surroundings, `row` with the valley of a row's histogram
// (of the picture's, for matrix codes), `fixed` with 127. Readers that work on grey edges take no notice.
enum class Thresholding : std::uint8_t { local, row, fixed };

struct SymbolSearch {
  Thresholding thresholding = Thresholding::local;
  bool wants_linear = true;
  bool wants_matrix = true;
  bool is_pure = false;  // the picture holds one upright matrix code and nothing else
};

struct SymbolReading {
  CodeContent content{};
  core::Box box{};  // pixels of the picture given; of bars often a line or two of them
};

// Thread-safe. Blocks.
class SymbolReader {
 public:
  virtual ~SymbolReader() = default;
  // Errors: internal when the library fails.
  virtual core::Result<std::vector<SymbolReading>> read(const GreyPicture& picture, const SymbolSearch& search) = 0;
};

}  // namespace sightglass::vision
