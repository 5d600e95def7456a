// Printed text on a picture: where it stands and what it says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"

namespace sightglass::vision {

struct TextLine {
  std::string text{};                  // UTF-8
  std::optional<double> confidence{};  // 0 … 1, mean over its characters; absent where the reader does not say
  core::Box box{};                     // pixels of the raster given, upright around `corners`
  std::array<double, 8> corners{};     // x, y of the four corners, clockwise, from where reading begins
};

struct TextWish {
  std::int32_t most_lines = 12;  // read, the surest first; the rest is counted in `left_out`
  double least_confidence = 0.5;
};

struct TextFound {
  std::vector<TextLine> lines{};  // in reading order
  std::int32_t left_out = 0;
};

// Not thread-safe. Blocks.
class TextReader {
 public:
  virtual ~TextReader() = default;
  virtual core::Result<TextFound> read(const core::Raster& picture, const TextWish& wish) = 0;
};

}  // namespace sightglass::vision
