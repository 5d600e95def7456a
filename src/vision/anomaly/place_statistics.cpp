#include "vision/anomaly/place_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "vision/metrics.hpp"

namespace sightglass::vision {

PlaceStatistics::PlaceStatistics(std::size_t cells) : counts_(cells), sums_(cells), squares_(cells) {}

PlaceStatistics::PlaceStatistics(std::vector<float> means, std::vector<float> deviations)
    : means_(std::move(means)), deviations_(std::move(deviations)) {}

void PlaceStatistics::add(std::span<const float> map, std::span<const std::uint8_t> valid) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (valid[i] == 0) continue;
    const auto value = static_cast<double>(map[i]);
    counts_[i] += 1;
    sums_[i] += value;
    squares_[i] += value * value;
  }
}

PlaceStatistics::Usual PlaceStatistics::usual(double count, double sum, double squares) const {
  constexpr double borrowed_maps = 8;
  if (count < 1) return everywhere_;
  const double own = count / (count + borrowed_maps);
  const double mean = sum / count;
  const double variance = std::max(0.0, squares / count - mean * mean) * count / std::max(1.0, count - 1);
  const double drawn = own * variance + (1 - own) * everywhere_.deviation * everywhere_.deviation;
  return {own * mean + (1 - own) * everywhere_.mean, std::max(std::sqrt(drawn), least_deviation_)};
}

void PlaceStatistics::finish() {
  const double count = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  if (count > 0) {
    const double mean = std::accumulate(sums_.begin(), sums_.end(), 0.0) / count;
    const double square = std::accumulate(squares_.begin(), squares_.end(), 0.0) / count;
    // Something above nothing even for maps that are all equal: a difference from them is then large, not undefined.
    everywhere_ = {mean, std::max(std::sqrt(std::max(0.0, square - mean * mean)), 1e-6 + 1e-3 * mean)};
  }
  std::vector<double> deviations;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) deviations.push_back(usual(counts_[i], sums_[i], squares_[i]).deviation);
  constexpr double calmest_fifth = 0.2;
  if (!deviations.empty()) least_deviation_ = quantile(deviations, calmest_fifth);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const Usual here = usual(counts_[i], sums_[i], squares_[i]);
    means_.push_back(static_cast<float>(here.mean));
    deviations_.push_back(static_cast<float>(here.deviation));
  }
}

std::vector<float> PlaceStatistics::standardised(std::span<const float> map,
                                                 std::span<const std::uint8_t> valid) const {
  std::vector<float> answer(map.size());
  for (std::size_t i = 0; i < map.size(); ++i)
    if (valid[i] != 0) answer[i] = (map[i] - means_[i]) / deviations_[i];
  return answer;
}

std::vector<float> PlaceStatistics::standardised_without(std::span<const float> map,
                                                         std::span<const std::uint8_t> valid) const {
  std::vector<float> answer(map.size());
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (valid[i] == 0) continue;
    const auto value = static_cast<double>(map[i]);
    const Usual others = usual(counts_[i] - 1, sums_[i] - value, squares_[i] - value * value);
    answer[i] = static_cast<float>((value - others.mean) / others.deviation);
  }
  return answer;
}

double mean_of_largest(std::span<const float> values, std::span<const std::uint8_t> valid, double share) {
  std::vector<float> kept;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (valid[i] != 0) kept.push_back(values[i]);
  if (kept.empty()) return 0;
  const auto wanted = static_cast<std::size_t>(std::lround(share * static_cast<double>(kept.size())));
  const std::size_t count = std::clamp<std::size_t>(wanted, 1, kept.size());
  std::ranges::partial_sort(kept, kept.begin() + static_cast<std::ptrdiff_t>(count), std::greater{});
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(kept[i]);
  return sum / static_cast<double>(count);
}

}  // namespace sightglass::vision
