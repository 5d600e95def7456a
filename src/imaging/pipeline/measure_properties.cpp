#include "imaging/pipeline/measure_properties.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sightglass::imaging::pipeline {

namespace {

constexpr int hash_side = 32;
constexpr int hash_frequencies = 8;

// Mean of each cell of a 32×32 grid laid over the picture; cells of small pictures repeat pixels.
std::array<double, hash_side * hash_side> reduce_to_grid(const std::vector<float>& luma, core::Size size) {
  std::array<double, hash_side * hash_side> grid{};
  const auto edge = [](int cell, std::int32_t length) {
    return static_cast<std::int32_t>(std::int64_t{cell} * length / hash_side);
  };
  for (int row = 0; row < hash_side; ++row) {
    const auto top = edge(row, size.height);
    const auto bottom = std::max(edge(row + 1, size.height), top + 1);
    for (int column = 0; column < hash_side; ++column) {
      const auto left = edge(column, size.width);
      const auto right = std::max(edge(column + 1, size.width), left + 1);
      double sum = 0;
      for (auto y = top; y < bottom; ++y) {
        for (auto x = left; x < right; ++x)
          sum += luma[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
      }
      grid[static_cast<std::size_t>(row * hash_side + column)] = sum / ((bottom - top) * (right - left));
    }
  }
  return grid;
}

double cosine(int frequency, int position) {
  return std::cos(std::numbers::pi / hash_side * frequency * (position + 0.5));
}

struct Exposure {
  double mean = 0;
  double deviation = 0;
  double dark = 0;
  double bright = 0;
};

Exposure exposure_of(const std::vector<float>& luma) {
  Exposure exposure;
  double squares = 0;
  for (const double value : luma) {
    exposure.mean += value;
    squares += value * value;
    exposure.dark += value < 16 ? 1 : 0;
    exposure.bright += value > 239 ? 1 : 0;
  }
  const auto count = static_cast<double>(luma.size());
  exposure.mean /= count;
  // Rounding can take the variance of a flat picture below zero.
  exposure.deviation = std::sqrt(std::max(squares / count - exposure.mean * exposure.mean, 0.0));
  exposure.dark /= count;
  exposure.bright /= count;
  return exposure;
}

}  // namespace

std::vector<float> luma_of(const RgbPicture& picture) {
  std::vector<float> luma(picture.pixels.size() / 3);
  for (std::size_t index = 0; index < luma.size(); ++index) {
    const auto* pixel = picture.pixels.data() + index * 3;
    luma[index] = 0.2126F * static_cast<float>(pixel[0]) + 0.7152F * static_cast<float>(pixel[1]) +
                  0.0722F * static_cast<float>(pixel[2]);
  }
  return luma;
}

std::uint64_t perceptual_hash(const std::vector<float>& luma, core::Size size) {
  const auto grid = reduce_to_grid(luma, size);
  std::array<double, hash_frequencies * hash_side> rows{};
  for (int frequency = 0; frequency < hash_frequencies; ++frequency) {
    for (int y = 0; y < hash_side; ++y) {
      double sum = 0;
      for (int x = 0; x < hash_side; ++x)
        sum += grid[static_cast<std::size_t>(y * hash_side + x)] * cosine(frequency, x);
      rows[static_cast<std::size_t>(frequency * hash_side + y)] = sum;
    }
  }
  std::array<double, 64> low{};
  for (int vertical = 0; vertical < hash_frequencies; ++vertical) {
    for (int horizontal = 0; horizontal < hash_frequencies; ++horizontal) {
      double sum = 0;
      for (int y = 0; y < hash_side; ++y)
        sum += rows[static_cast<std::size_t>(horizontal * hash_side + y)] * cosine(vertical, y);
      low[static_cast<std::size_t>(vertical * hash_frequencies + horizontal)] = sum;
    }
  }
  auto sorted = low;
  std::ranges::sort(sorted);
  const double median = (sorted[31] + sorted[32]) / 2;
  std::uint64_t hash = 0;
  for (const double value : low) hash = hash << 1 | (value > median ? 1U : 0U);
  return hash;
}

double sharpness(const std::vector<float>& luma, core::Size size) {
  if (size.width < 3 || size.height < 3) return 0;
  const auto width = static_cast<std::size_t>(size.width);
  double sum = 0;
  double squares = 0;
  for (std::size_t y = 1; y + 1 < static_cast<std::size_t>(size.height); ++y) {
    for (std::size_t x = 1; x + 1 < width; ++x) {
      const auto at = y * width + x;
      const double laplacian = luma[at - 1] + luma[at + 1] + luma[at - width] + luma[at + width] - 4 * luma[at];
      sum += laplacian;
      squares += laplacian * laplacian;
    }
  }
  const double count = (static_cast<double>(size.width) - 2) * (size.height - 2);
  return std::max(squares / count - sum / count * (sum / count), 0.0);
}

ImageProperties measure_properties(const RgbPicture& picture) {
  const auto luma = luma_of(picture);
  const auto exposure = exposure_of(luma);
  ImageProperties properties;
  properties.dominant_colours = dominant_colours(picture);
  properties.perceptual_hash = perceptual_hash(luma, picture.size);
  properties.sharpness = sharpness(luma, picture.size);
  properties.mean_luma = exposure.mean;
  properties.luma_deviation = exposure.deviation;
  properties.dark_share = exposure.dark;
  properties.bright_share = exposure.bright;
  return properties;
}

}  // namespace sightglass::imaging::pipeline
