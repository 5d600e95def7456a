#include <algorithm>
#include <cmath>

#include "vision/embedding/embedder.hpp"
#include "vision/embedding/valid_cells.hpp"

namespace sightglass::vision {

namespace {

// Mean and deviation of one channel over `range`, of a map whose rows have `width` cells.
struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments_of(const float* plane, std::int32_t width, const CellRange& range) {
  double sum = 0;
  double squares = 0;
  for (std::int32_t y = range.top; y < range.bottom; ++y) {
    for (std::int32_t x = range.left; x < range.right; ++x) {
      const double value = plane[y * width + x];
      sum += value;
      squares += value * value;
    }
  }
  const double count = static_cast<double>(range.width()) * range.height();
  const double mean = sum / count;
  return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

void append_moments(const Tensor& tap, const Letterbox& letterbox, std::vector<float>& values) {
  if (tap.shape.size() != 4) return;
  const auto channels = static_cast<std::size_t>(tap.shape[1]);
  const core::Size cells{static_cast<std::int32_t>(tap.shape[3]), static_cast<std::int32_t>(tap.shape[2])};
  const auto range = valid_cells(letterbox, cells);
  const std::size_t first = values.size();
  values.resize(first + 2 * channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const float* plane = tap.values.data() + channel * static_cast<std::size_t>(cells.pixels());
    const auto moments = moments_of(plane, cells.width, range);
    values[first + channel] = static_cast<float>(moments.mean);
    values[first + channels + channel] = static_cast<float>(moments.deviation);
  }
}

}  // namespace

Embedding embedding_of(const BackbonePass& pass, std::string_view model) {
  Embedding embedding{.model = std::string(model)};
  append_moments(pass.fine, pass.letterbox, embedding.values);
  append_moments(pass.coarse, pass.letterbox, embedding.values);
  return embedding;
}

}  // namespace sightglass::vision
