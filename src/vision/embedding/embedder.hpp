// One pass of the backbone network, which serves objects, embeddings and anomalies alike.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/detection/detector.hpp"
#include "vision/letterbox.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

// What a pass leaves. Cells that lie outside the picture hold what the network made of the letterbox's border, and
// have no place in any statistic: `letterbox` tells which they are.
struct BackbonePass {
  Letterbox letterbox{};
  Tensor fine{};    // 1×C×64×64 of a 512×512 input
  Tensor coarse{};  // 1×C×32×32
  std::vector<Detection> detections{};
};

// What a picture looks like, as numbers that lie near each other for pictures that look alike.
struct Embedding {
  std::string model{};          // "name@version" of the backbone: values of different ones mean nothing to each other
  std::vector<float> values{};  // mean, then deviation, of each channel of `fine` and `coarse` over the picture's cells
};

// Not thread-safe. Blocks.
class Embedder {
 public:
  virtual ~Embedder() = default;
  virtual std::string_view model() const = 0;  // "name@version"
  virtual core::Result<BackbonePass> pass(const core::Raster& picture, double least_confidence) = 0;
};

// Of a whole pass. The same on every machine up to rounding.
Embedding embedding_of(const BackbonePass& pass, std::string_view model);

}  // namespace sightglass::vision
