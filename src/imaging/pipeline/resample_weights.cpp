#include "imaging/pipeline/resample_weights.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

namespace sightglass::imaging::pipeline {

namespace {

constexpr double lobes = 3;

// sinc(x) · sinc(x / 3) for evenly spaced x: Duchon, "Lanczos Filtering in One and Two Dimensions", 1979. The sines of
// a row of taps come from turning by a constant angle, since a call for each would cost as much as the resampling of a
// small picture; the error after hundreds of turns stays below 1e-12.
class LanczosRow {
 public:
  LanczosRow(double first, double step)
      : x_(first), step_(step), whole_(first, step), third_(first / lobes, step / lobes) {}

  // The weight at x, then on to the next x.
  double next() {
    const double angle = std::numbers::pi * x_;
    const double sines = whole_.next() * third_.next();
    const double x = std::exchange(x_, x_ + step_);
    if (std::abs(x) < nearly_zero) return 1;
    return std::abs(x) >= lobes ? 0 : lobes * sines / (angle * angle);
  }

 private:
  // Nearer to the centre the weight is 1 to eleven digits, and a quotient of two numbers near zero is not.
  static constexpr double nearly_zero = 1e-6;

  // sin(πx) for x, x + step, x + 2 step, …
  class Sine {
   public:
    Sine(double first, double step)
        : at_(std::polar(1.0, std::numbers::pi * first)), turn_(std::polar(1.0, std::numbers::pi * step)) {}
    double next() {
      const auto [cosine, sine] = std::pair(at_.real(), at_.imag());
      at_ = {cosine * turn_.real() - sine * turn_.imag(), cosine * turn_.imag() + sine * turn_.real()};
      return sine;
    }

   private:
    std::complex<double> at_;
    std::complex<double> turn_;
  };

  double x_;
  double step_;
  Sine whole_;
  Sine third_;
};

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
  result.used_taps = (widest + 1) / 2 * 2;  // rows are blended in pairs
  result.starts.resize(static_cast<std::size_t>(map.target_length));
  result.weights.assign(static_cast<std::size_t>(map.target_length) * static_cast<std::size_t>(result.taps), 0);
  std::vector<double> exact;
  for (std::int32_t target = 0; target < map.target_length; ++target) {
    const auto window = window_of(map, target, support);
    exact.clear();
    double sum = 0;
    LanczosRow row((window.first + 0.5 - window.centre) / ratio, 1 / ratio);
    for (auto source = window.first; source <= window.last; ++source) {
      exact.push_back(row.next());
      sum += exact.back();
    }
    result.starts[static_cast<std::size_t>(target)] = window.first;
    quantise(exact, sum, result.weights.data() + static_cast<std::ptrdiff_t>(target) * result.taps);
  }
  return result;
}

}  // namespace sightglass::imaging::pipeline
