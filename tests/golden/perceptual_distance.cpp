#include "golden/perceptual_distance.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace sightglass::imaging::golden {

namespace {

// K1 = 0.01 and K2 = 0.03 of the paper, squared with the range 255.
constexpr double luminance_floor = 0.01 * 255 * 0.01 * 255;
constexpr double contrast_floor = 0.03 * 255 * 0.03 * 255;

std::vector<double> luma_of(const test::Decoded& picture) {
  std::vector<double> luma(static_cast<std::size_t>(picture.size.pixels()));
  for (std::size_t index = 0; index < luma.size(); ++index) {
    // ITU-R BT.709, 3.2.
    luma[index] =
        0.2126 * picture.rgb[3 * index] + 0.7152 * picture.rgb[3 * index + 1] + 0.0722 * picture.rgb[3 * index + 2];
  }
  return luma;
}

struct Window {
  std::size_t left, top, width, height;
};

double similarity_of(const std::vector<double>& a, const std::vector<double>& b, std::size_t stride, Window window) {
  double sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
  for (auto y = window.top; y < window.top + window.height; ++y) {
    for (auto x = window.left; x < window.left + window.width; ++x) {
      const double one = a[y * stride + x];
      const double other = b[y * stride + x];
      sum_a += one, sum_b += other, sum_aa += one * one, sum_bb += other * other, sum_ab += one * other;
    }
  }
  const auto count = static_cast<double>(window.width * window.height);
  const double mean_a = sum_a / count, mean_b = sum_b / count;
  const double variance_a = sum_aa / count - mean_a * mean_a;
  const double variance_b = sum_bb / count - mean_b * mean_b;
  const double covariance = sum_ab / count - mean_a * mean_b;
  return (2 * mean_a * mean_b + luminance_floor) * (2 * covariance + contrast_floor) /
         ((mean_a * mean_a + mean_b * mean_b + luminance_floor) * (variance_a + variance_b + contrast_floor));
}

double mean_similarity(const test::Decoded& picture, const test::Decoded& reference) {
  const auto a = luma_of(picture);
  const auto b = luma_of(reference);
  const auto width = static_cast<std::size_t>(picture.size.width);
  const auto height = static_cast<std::size_t>(picture.size.height);
  const auto across = std::min<std::size_t>(width, 8);
  const auto down = std::min<std::size_t>(height, 8);
  double sum = 0;
  int count = 0;
  for (std::size_t top = 0; top + down <= height; top += 4) {
    for (std::size_t left = 0; left + across <= width; left += 4, ++count) {
      sum += similarity_of(a, b, width, {left, top, across, down});
    }
  }
  return sum / count;
}

double mean_colour_difference(const test::Decoded& picture, const test::Decoded& reference) {
  double sum = 0;
  for (std::size_t index = 0; index < picture.rgb.size(); ++index) {
    sum += std::abs(int{picture.rgb[index]} - int{reference.rgb[index]});
  }
  return sum / static_cast<double>(picture.rgb.size());
}

}  // namespace

Distance distance_between(const test::Decoded& picture, const test::Decoded& reference) {
  if (picture.size != reference.size || picture.rgb.empty()) return {.similarity = 0, .colour_difference = 255};
  return {mean_similarity(picture, reference), mean_colour_difference(picture, reference)};
}

}  // namespace sightglass::imaging::golden
