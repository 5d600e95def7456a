// What an object detector finds on a picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"

namespace sightglass::vision {

struct Detection {
  std::string label{};
  double confidence = 0;  // 0 … 1
  core::Box box{};        // pixels of the raster given, inside it
};

// Not thread-safe. Blocks.
class Detector {
 public:
  virtual ~Detector() = default;
  // Best first, at most `most`, each thing once. invalid_input for a picture with a side below 8 pixels.
  virtual core::Result<std::vector<Detection>> detect(const core::Raster& picture, double least_confidence,
                                                      std::int32_t most) = 0;
};

}  // namespace sightglass::vision
