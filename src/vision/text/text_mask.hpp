// Boxes around text on the mask that a finder of the kind DB gives (Liao et al. 2020, "Real-time Scene Text Detection
// with Differentiable Binarization").
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/result.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

// The values that PP-OCRv4 is published with, except for the number of boxes, which is what a photo may cost.
struct TextMaskRules {
  float least_probability = 0.3F;  // of a pixel
  double least_score = 0.5;        // mean probability inside of a box
  double growth = 1.6;             // masks are of shrunken text: sides move out by area · growth / perimeter
  double least_side = 3;           // pixels of the mask, before growing
  double least_grown_side = 5;
  std::size_t most_boxes = 60;
};

struct TextMaskBox {
  // x, y in pixels of the mask, clockwise from the corner that is left and top of a text that is turned by less than
  // 45°. Longer than high unless the text stands.
  std::array<double, 8> corners{};
  double score = 0;  // 0 … 1
};

// `mask` is 1×1×H×W, or H×W with any ones before, of probabilities. Best first. Blocks. Errors: invalid_input for
// another shape.
core::Result<std::vector<TextMaskBox>> boxes_on_mask(const Tensor& mask, const TextMaskRules& rules = {});

}  // namespace sightglass::vision
