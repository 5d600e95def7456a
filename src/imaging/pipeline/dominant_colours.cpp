#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

#include "imaging/pipeline/measure_properties.hpp"

namespace sightglass::imaging::pipeline {

namespace {

using Lab = std::array<double, 3>;

constexpr std::size_t most_colours = 5;
constexpr std::size_t most_samples = 4096;
constexpr int rounds = 8;  // shares move by less than one per cent after that
// CIE 1976 colour difference below which two colours are one to the eye of somebody who names them.
constexpr double least_difference = 12;

double to_linear(double value) {  // IEC 61966-2-1, 5.2
  value /= 255;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double from_linear(double value) {
  value = std::clamp(value, 0.0, 1.0);
  return 255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055);
}

constexpr Lab white{0.95047, 1.0, 1.08883};  // D65

Lab to_lab(const std::uint8_t* pixel) {  // CIE 15, 8.2.1
  const double red = to_linear(pixel[0]);
  const double green = to_linear(pixel[1]);
  const double blue = to_linear(pixel[2]);
  const Lab xyz{0.4124 * red + 0.3576 * green + 0.1805 * blue, 0.2126 * red + 0.7152 * green + 0.0722 * blue,
                0.0193 * red + 0.1192 * green + 0.9505 * blue};
  Lab root{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double share = xyz[axis] / white[axis];
    // CIE's ε and κ as the fractions they stand for; the rounded decimals leave a step where the branches meet.
    root[axis] = share > 216.0 / 24389 ? std::cbrt(share) : (24389.0 / 27 * share + 16) / 116;
  }
  return {116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])};
}

std::array<std::uint8_t, 3> to_srgb(const Lab& lab) {
  const double middle = (lab[0] + 16) / 116;
  const Lab root{middle + lab[1] / 500, middle, middle - lab[2] / 200};
  Lab xyz{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double cube = root[axis] * root[axis] * root[axis];
    xyz[axis] = white[axis] * (cube > 216.0 / 24389 ? cube : (116 * root[axis] - 16) * 27 / 24389);
  }
  const auto byte = [](double linear) { return static_cast<std::uint8_t>(std::lround(from_linear(linear))); };
  return {byte(3.2406 * xyz[0] - 1.5372 * xyz[1] - 0.4986 * xyz[2]),
          byte(-0.9689 * xyz[0] + 1.8758 * xyz[1] + 0.0415 * xyz[2]),
          byte(0.0557 * xyz[0] - 0.2040 * xyz[1] + 1.0570 * xyz[2])};
}

double distance(const Lab& a, const Lab& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

std::vector<Lab> samples_of(const RgbPicture& picture) {
  const auto count = picture.pixels.size() / 3;
  const auto step = std::max<std::size_t>(count / most_samples, 1);
  std::vector<Lab> samples;
  for (std::size_t index = 0; index < count; index += step)
    samples.push_back(to_lab(picture.pixels.data() + index * 3));
  return samples;
}

// Heckbert 1982: halves the box with the widest axis at its median. Returns the means of the boxes.
std::vector<Lab> median_cut(std::vector<Lab>& samples) {
  using Box = std::span<Lab>;
  const auto widest_axis = [](const Box& box) {
    std::pair<double, std::size_t> widest{-1, 0};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto [low, high] = std::ranges::minmax(box, {}, [axis](const Lab& lab) { return lab[axis]; });
      widest = std::max(widest, {high[axis] - low[axis], axis});
    }
    return widest;
  };
  std::vector<Box> boxes{Box(samples)};
  while (boxes.size() < most_colours) {
    const auto largest = std::ranges::max_element(boxes, {}, [&](const Box& box) { return widest_axis(box).first; });
    const auto [width, axis] = widest_axis(*largest);
    if (width < least_difference) break;
    const Box box = *largest;
    const auto half = box.size() / 2;
    std::ranges::nth_element(box, box.begin() + static_cast<std::ptrdiff_t>(half), {},
                             [axis](const Lab& lab) { return lab[axis]; });
    *largest = box.first(half);
    boxes.push_back(box.subspan(half));
  }
  std::vector<Lab> means;
  for (const auto& box : boxes) {
    Lab mean{};
    for (const auto& lab : box) {
      for (std::size_t axis = 0; axis < 3; ++axis) mean[axis] += lab[axis] / static_cast<double>(box.size());
    }
    means.push_back(mean);
  }
  return means;
}

struct Cluster {
  Lab centre{};
  Lab sum{};
  double count = 0;
};

Cluster& nearest(std::vector<Cluster>& clusters, const Lab& lab) {
  return *std::ranges::min_element(clusters, {}, [&](const Cluster& cluster) { return distance(cluster.centre, lab); });
}

void refine(std::vector<Cluster>& clusters, const std::vector<Lab>& samples) {
  for (auto& cluster : clusters) cluster.sum = {}, cluster.count = 0;
  for (const auto& lab : samples) {
    auto& cluster = nearest(clusters, lab);
    for (std::size_t axis = 0; axis < 3; ++axis) cluster.sum[axis] += lab[axis];
    ++cluster.count;
  }
  for (auto& cluster : clusters) {
    if (cluster.count == 0) continue;
    for (std::size_t axis = 0; axis < 3; ++axis) cluster.centre[axis] = cluster.sum[axis] / cluster.count;
  }
}

// Two centres that nobody could tell apart become one.
void merge_similar(std::vector<Cluster>& clusters) {
  std::erase_if(clusters, [](const Cluster& cluster) { return cluster.count == 0; });
  std::ranges::sort(clusters, std::greater{}, &Cluster::count);
  std::vector<Cluster> kept;
  for (const auto& cluster : clusters) {
    const auto twin = std::ranges::find_if(
        kept, [&](const Cluster& other) { return distance(other.centre, cluster.centre) < least_difference; });
    if (twin == kept.end()) {
      kept.push_back(cluster);
    } else {
      twin->count += cluster.count;
    }
  }
  clusters = std::move(kept);
  std::ranges::sort(clusters, std::greater{}, &Cluster::count);
}

}  // namespace

std::vector<DominantColour> dominant_colours(const RgbPicture& picture) {
  auto samples = samples_of(picture);
  std::vector<DominantColour> colours;
  if (samples.empty()) return colours;
  std::vector<Cluster> clusters;
  for (const auto& mean : median_cut(samples)) clusters.push_back({.centre = mean});
  for (int round = 0; round < rounds; ++round) refine(clusters, samples);
  merge_similar(clusters);
  for (const auto& cluster : clusters) {
    colours.push_back({to_srgb(cluster.centre), cluster.count / static_cast<double>(samples.size())});
  }
  return colours;
}

}  // namespace sightglass::imaging::pipeline
