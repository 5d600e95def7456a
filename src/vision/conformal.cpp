#include "vision/conformal.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "vision/metrics.hpp"

namespace sightglass::vision {

namespace {

// The score that a share `rate` of goods exceeds, by a tail fitted to the largest 30 % (at least 3) of them.
double extrapolated(const std::vector<double>& sorted, double rate) {
  const std::size_t tail = std::max<std::size_t>(3, (sorted.size() * 3 + 9) / 10);
  const double largest = sorted.back();
  if (sorted.size() <= tail) return largest;
  const double start = sorted[sorted.size() - tail - 1];
  double mean = 0;
  for (auto it = sorted.end() - static_cast<std::ptrdiff_t>(tail); it != sorted.end(); ++it) mean += *it - start;
  mean /= static_cast<double>(tail);
  double variance = 0;
  for (auto it = sorted.end() - static_cast<std::ptrdiff_t>(tail); it != sorted.end(); ++it)
    variance += (*it - start - mean) * (*it - start - mean);
  variance /= static_cast<double>(tail - 1);
  if (!(variance > 0) || !(mean > 0)) return largest;
  // Moments of the generalised Pareto distribution (Hosking and Wallis 1987); the shape is kept to what a handful of
  // values can tell: no heavier than 0.3, no shorter than uniform.
  const double ratio = mean * mean / variance;
  const double shape = std::clamp((1 - ratio) / 2, -1.0, 0.3);
  const double scale = mean * (1 - shape);
  const double share = static_cast<double>(tail) / static_cast<double>(sorted.size());
  const double exceeded = std::min(1.0, rate / share);
  const double beyond =
      std::abs(shape) < 1e-6 ? -scale * std::log(exceeded) : scale / shape * (std::pow(exceeded, -shape) - 1);
  return std::max(largest, start + beyond);
}

}  // namespace

core::Result<ConformalThreshold> conformal(std::span<const double> good_scores, double false_reject_rate) {
  if (good_scores.empty()) return core::fail(core::invalid_input("goods", "There are no good pictures to learn from."));
  if (!(false_reject_rate >= 0.0001 && false_reject_rate <= 0.5))
    return core::fail(core::invalid_input("false_reject_rate", "The rate of false rejects must be 0.01 % to 50 %."));
  if (!std::ranges::all_of(good_scores, [](double score) { return std::isfinite(score); }))
    return core::fail(core::internal_error("A score of a good picture is not a finite number."));
  std::vector<double> sorted(good_scores.begin(), good_scores.end());
  std::ranges::sort(sorted);
  const auto count = static_cast<double>(sorted.size());
  // The small step back keeps (n+1)(1−rate) that is whole from being raised by rounding.
  const auto rank = static_cast<std::size_t>(std::ceil((count + 1) * (1 - false_reject_rate) - 1e-9));
  const bool is_extrapolated = rank > sorted.size();
  const auto held = std::clamp<std::size_t>(rank, 1, sorted.size());
  const auto k = static_cast<double>(held);
  ConformalThreshold threshold{.value = is_extrapolated ? extrapolated(sorted, false_reject_rate) : sorted[held - 1],
                               .asked = false_reject_rate,
                               .goods = static_cast<std::int32_t>(sorted.size()),
                               .rank = static_cast<std::int32_t>(std::max<std::size_t>(rank, 1)),
                               .is_extrapolated = is_extrapolated};
  threshold.rate = {beta_quantile(count + 1 - k, k, 0.025), beta_quantile(count + 1 - k, k, 0.975)};
  // A threshold beyond the largest good may reject less than the largest would, down to nothing.
  if (is_extrapolated) threshold.rate.least = 0;
  return threshold;
}

Interval expected_rejects(const ConformalThreshold& threshold, std::int64_t judged) {
  const double n = threshold.goods;
  const double k = std::min(threshold.rank, threshold.goods);
  Interval counts = beta_binomial_interval(judged, n + 1 - k, k, 0.95);
  if (threshold.is_extrapolated) counts.least = 0;
  return counts;
}

double rarity(std::span<const double> sorted_goods, double score) {
  const auto first = std::ranges::lower_bound(sorted_goods, score);
  const auto above = static_cast<double>(sorted_goods.end() - first);
  return 1 - (1 + above) / (static_cast<double>(sorted_goods.size()) + 1);
}

}  // namespace sightglass::vision
