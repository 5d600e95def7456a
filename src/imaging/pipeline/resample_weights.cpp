#include "imaging/pipeline/resample_weights.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sightglass::imaging::pipeline {

namespace {

constexpr double lobes = 3;

// sinc(x) · sinc(x / 3): Duchon, "Lanczos Filtering in One and Two Dimensions", 1979.
double lanczos(double x) {
  if (x == 0) return 1;
  if (std::abs(x) >= lobes) return 0;
  const double angle = std::numbers::pi * x;
  return lobes * std::sin(angle) * std::sin(angle / lobes) / (angle * angle);
}

struct Window {
  double centre = 0;
  std::int32_t first = 0;
  std::int32_t last = 0;  // inclusive
};

Window window_of(const AxisMap& map, std::int32_t target, double support) {
  const double ratio = map.source_shown / map.target_shown;
  const double limit = map.source_length;
  const double centre = std::clamp((target + 0.5 - map.offset) * ratio, 0.5, std::max(limit - 0.5, 0.5));
  const auto first = static_cast<std::int32_t>(std::max(std::ceil(centre - support - 0.5), 0.0));
  const auto last = static_cast<std::int32_t>(std::min(std::floor(centre + support - 0.5), limit - 1));
  return {centre, first, std::max(first, last)};
}

// Rounds so that the sum is exact: what rounding lost goes to the largest weight.
void quantise(const std::vector<double>& exact, double sum, std::int16_t* out) {
  std::int32_t rest = 1 << weight_bits;
  std::size_t largest = 0;
  for (std::size_t tap = 0; tap < exact.size(); ++tap) {
    out[tap] = static_cast<std::int16_t>(std::lround(exact[tap] / sum * (1 << weight_bits)));
    rest -= out[tap];
    if (exact[tap] > exact[largest]) largest = tap;
  }
  out[largest] = static_cast<std::int16_t>(out[largest] + rest);
}

}  // namespace

ResampleWeights lanczos_weights(const AxisMap& map) {
  const double ratio = std::max(map.source_shown / map.target_shown, 1.0);
  const double support = lobes * ratio;
  ResampleWeights result;
  // No target pixel has more taps than the window is wide; eight at a time fill a vector.
  const auto widest = std::min(static_cast<std::int32_t>(std::ceil(2 * support)) + 1, map.source_length);
  result.taps = (widest + 7) / 8 * 8;
  result.used_taps = (widest + 1) / 2 * 2;
  result.starts.resize(static_cast<std::size_t>(map.target_length));
  result.weights.assign(static_cast<std::size_t>(map.target_length) * static_cast<std::size_t>(result.taps), 0);
  std::vector<double> exact;
  for (std::int32_t target = 0; target < map.target_length; ++target) {
    const auto window = window_of(map, target, support);
    exact.clear();
    double sum = 0;
    for (auto source = window.first; source <= window.last; ++source) {
      exact.push_back(lanczos((source + 0.5 - window.centre) / ratio));
      sum += exact.back();
    }
    result.starts[static_cast<std::size_t>(target)] = window.first;
    quantise(exact, sum, result.weights.data() + static_cast<std::ptrdiff_t>(target) * result.taps);
  }
  return result;
}

}  // namespace sightglass::imaging::pipeline
