// The weights of a Lanczos-3 filter as 16-bit fixed-point numbers, ready for multiply-add instructions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imaging/pipeline/resample.hpp"

namespace sightglass::imaging::pipeline {

constexpr int weight_bits = 14;  // weights of one target pixel add up to 1 << 14

// For each target pixel the first source pixel and `taps` weights; taps is a multiple of eight, unused
// weights are zero. starts[i] + taps may pass the source's end by less than `taps`: pad the source.
struct ResampleWeights {
  std::int32_t taps = 0;
  std::int32_t used_taps = 0;  // even, at most taps: weights from here on are zero for every target pixel
  std::vector<std::int32_t> starts{};
  std::vector<std::int16_t> weights{};
  const std::int16_t* of(std::int32_t target) const {
    return weights.data() + static_cast<std::ptrdiff_t>(target) * taps;
  }
};

ResampleWeights lanczos_weights(const AxisMap& map);

}  // namespace sightglass::imaging::pipeline
