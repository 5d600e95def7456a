#include "vision/anomaly/fit_move.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace sightglass::vision {

namespace {

constexpr double least_cover = 0.4;
constexpr double degree = std::numbers::pi / 180;

// Pixels of the picture for those of the reference: middle + [a −b; b a] (p − middle) + (x, y).
struct Similarity {
  double a = 1, b = 0, x = 0, y = 0;
};

Similarity of(const PartMove& move, core::Size size) {
  const double side = std::max(size.width, size.height);
  return {move.scale * std::cos(move.degrees * degree), move.scale * std::sin(move.degrees * degree), move.x * side,
          move.y * side};
}

PartMove to_move(const Similarity& s, core::Size size) {
  const double side = std::max(size.width, size.height);
  return {.x = s.x / side, .y = s.y / side, .degrees = std::atan2(s.b, s.a) / degree, .scale = std::hypot(s.a, s.b)};
}

// A pixel of the reference with its place on the picture.
struct Pair {
  double reference = 0, picture = 0;
  double slope_x = 0, slope_y = 0;  // of the picture there
  double from_x = 0, from_y = 0;    // on the reference, from its middle
};

struct Sums {
  double n = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  void add(double x, double y) { n += 1, a += x, b += y, aa += x * x, bb += y * y, ab += x * y; }
  double spread_a() const { return std::sqrt(std::max(0.0, aa / n - a / n * (a / n))); }
  double spread_b() const { return std::sqrt(std::max(0.0, bb / n - b / n * (b / n))); }
  double likeness() const {
    const double spread = spread_a() * spread_b();
    return spread < 1e-6 ? 0 : (ab / n - a / n * (b / n)) / spread;
  }
};

// Calls `take` with each pair of pixels that both pictures have.
template <typename Take>
void for_each_pair(const GreyPicture& reference, const GreyPicture& picture, const Similarity& s, Take take) {
  const auto width = reference.size.width;
  const auto height = reference.size.height;
  const double middle_x = (width - 1) / 2.0;
  const double middle_y = (height - 1) / 2.0;
  const auto at = [&](std::int32_t x, std::int32_t y) {
    return static_cast<double>(
        picture.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)]);
  };
  std::size_t place = 0;
  for (std::int32_t y = 0; y < height; ++y)
    for (std::int32_t x = 0; x < width; ++x, ++place) {
      const double from_x = x - middle_x;
      const double from_y = y - middle_y;
      const double to_x = middle_x + s.a * from_x - s.b * from_y + s.x;
      const double to_y = middle_y + s.b * from_x + s.a * from_y + s.y;
      if (!(to_x >= 0 && to_y >= 0 && to_x < width - 1 && to_y < height - 1)) continue;
      const auto left = static_cast<std::int32_t>(to_x);
      const auto top = static_cast<std::int32_t>(to_y);
      const double u = to_x - left;
      const double v = to_y - top;
      const double p = at(left, top), q = at(left + 1, top), r = at(left, top + 1), t = at(left + 1, top + 1);
      take(Pair{.reference = static_cast<double>(reference.values[place]),
                .picture = (1 - v) * ((1 - u) * p + u * q) + v * ((1 - u) * r + u * t),
                .slope_x = (1 - v) * (q - p) + v * (t - r),
                .slope_y = (1 - u) * (r - p) + u * (t - q),
                .from_x = from_x,
                .from_y = from_y});
    }
}

Sums sums_of(const GreyPicture& reference, const GreyPicture& picture, const Similarity& s) {
  Sums sums;
  for_each_pair(reference, picture, s, [&](const Pair& pair) { sums.add(pair.reference, pair.picture); });
  return sums;
}

using Vector = std::array<double, 4>;
struct Equations {
  std::array<Vector, 4> left{};
  Vector right{};
};

// By elimination; zeros where the equations say nothing.
Vector solved(Equations e) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::size_t pivot = i;
    for (std::size_t j = i + 1; j < 4; ++j)
      if (std::abs(e.left[j][i]) > std::abs(e.left[pivot][i])) pivot = j;
    if (std::abs(e.left[pivot][i]) < 1e-9) return {};
    std::swap(e.left[i], e.left[pivot]);
    std::swap(e.right[i], e.right[pivot]);
    for (std::size_t j = i + 1; j < 4; ++j) {
      const double factor = e.left[j][i] / e.left[i][i];
      for (std::size_t k = i; k < 4; ++k) e.left[j][k] -= factor * e.left[i][k];
      e.right[j] -= factor * e.right[i];
    }
  }
  Vector answer{};
  for (std::size_t i = 4; i-- > 0;) {
    double rest = e.right[i];
    for (std::size_t k = i + 1; k < 4; ++k) rest -= e.left[i][k] * answer[k];
    answer[i] = rest / e.left[i][i];
  }
  return answer;
}

// One step of Gauss and Newton; nothing where the pictures have no contrast.
Vector step_of(const GreyPicture& reference, const GreyPicture& picture, const Similarity& s, const Sums& sums) {
  const double spread_a = sums.spread_a();
  const double spread_b = sums.spread_b();
  if (spread_a < 1e-3 || spread_b < 1e-3) return {};
  Equations equations;
  for_each_pair(reference, picture, s, [&](const Pair& pair) {
    const double rest = (pair.reference - sums.a / sums.n) / spread_a - (pair.picture - sums.b / sums.n) / spread_b;
    const double weight = 1 / (1 + rest * rest);  // Cauchy's, of deviations
    const double gx = pair.slope_x / spread_b;
    const double gy = pair.slope_y / spread_b;
    const Vector slope{gx * pair.from_x + gy * pair.from_y, gy * pair.from_x - gx * pair.from_y, gx, gy};
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) equations.left[i][j] += weight * slope[i] * slope[j];
      equations.right[i] += weight * slope[i] * rest;
    }
  });
  return solved(equations);
}

}  // namespace

PartMove fitted_move(const GreyPicture& reference, const GreyPicture& picture, const PartMove& guess, int steps) {
  Similarity best = of(guess, reference.size);
  double likeness = likeness_of(reference, picture, guess);
  Similarity now = best;
  const double pixels = static_cast<double>(reference.size.pixels());
  for (int i = 0; i < steps; ++i) {
    const auto sums = sums_of(reference, picture, now);
    if (sums.n < least_cover * pixels) break;
    if (sums.likeness() > likeness) likeness = sums.likeness(), best = now;
    const auto step = step_of(reference, picture, now, sums);
    now.a += step[0], now.b += step[1], now.x += step[2], now.y += step[3];
    const double moved =
        std::abs(step[2]) + std::abs(step[3]) +
        std::max(reference.size.width, reference.size.height) * (std::abs(step[0]) + std::abs(step[1]));
    constexpr double settled = 0.01;  // pixels
    if (moved < settled) break;
  }
  if (const auto last = sums_of(reference, picture, now); last.n >= least_cover * pixels && last.likeness() > likeness)
    likeness = last.likeness(), best = now;
  auto move = to_move(best, reference.size);
  move.likeness = likeness;
  return move;
}

double likeness_of(const GreyPicture& reference, const GreyPicture& picture, const PartMove& move) {
  const auto sums = sums_of(reference, picture, of(move, reference.size));
  return sums.n < least_cover * static_cast<double>(reference.size.pixels()) ? -1 : sums.likeness();
}

}  // namespace sightglass::vision
