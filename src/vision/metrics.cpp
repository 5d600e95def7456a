#include "vision/metrics.hpp"

#include <algorithm>
#include <cmath>

#include "vision/random.hpp"

namespace sightglass::vision {

namespace {

std::vector<Scored> best_first(std::span<const Scored> examples) {
  std::vector<Scored> sorted(examples.begin(), examples.end());
  std::ranges::sort(sorted, [](const Scored& a, const Scored& b) { return a.score > b.score; });
  return sorted;
}

// Calls step(threshold, positives, all) once for each different score, with what has that score or more.
template <typename Step>
void walk_thresholds(const std::vector<Scored>& sorted, const Step& step) {
  double positives = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    positives += sorted[i].is_positive ? 1 : 0;
    const bool is_last_of_score = i + 1 == sorted.size() || sorted[i + 1].score != sorted[i].score;
    if (is_last_of_score) step(sorted[i].score, positives, static_cast<double>(i + 1));
  }
}

double count_positive(std::span<const Scored> examples) {
  return static_cast<double>(std::ranges::count_if(examples, &Scored::is_positive));
}

// The continued fraction of the incomplete beta function, by Lentz's way (Numerical Recipes, 6.4).
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  const auto guarded = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double c = 1;
  double d = 1 / guarded(1 - (a + b) * x / (a + 1));
  double answer = d;
  for (int m = 1; m <= 400; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    answer *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    const double step = d * c;
    answer *= step;
    if (std::abs(step - 1) < 1e-14) break;
  }
  return answer;
}

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

}  // namespace

std::optional<double> area_under_roc(std::span<const Scored> examples) {
  const double positives = count_positive(examples);
  const double negatives = static_cast<double>(examples.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  double area = 0;
  double positives_before = 0;
  double all_before = 0;
  walk_thresholds(best_first(examples), [&](double, double positives_now, double all_now) {
    const double negatives_here = (all_now - positives_now) - (all_before - positives_before);
    area += negatives_here * (positives_before + positives_now) / 2;
    positives_before = positives_now;
    all_before = all_now;
  });
  return area / (positives * negatives);
}

std::optional<double> average_precision(std::span<const Scored> examples) {
  const auto points = precision_recall(examples);
  if (points.empty()) return std::nullopt;
  double sum = 0;
  double recall_before = 0;
  for (const auto& point : points) {
    sum += (point.recall - recall_before) * point.precision;
    recall_before = point.recall;
  }
  return sum;
}

std::vector<PrecisionRecall> precision_recall(std::span<const Scored> examples) {
  const double positives = count_positive(examples);
  std::vector<PrecisionRecall> points;
  if (positives == 0) return points;
  walk_thresholds(best_first(examples), [&](double threshold, double positives_now, double all_now) {
    points.push_back({threshold, positives_now / all_now, positives_now / positives});
  });
  return points;
}

double ConfusionMatrix::accuracy() const {
  std::int64_t right = 0;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += counts[i];
    if (i / labels.size() == i % labels.size()) right += counts[i];
  }
  return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
}

ConfusionMatrix confusion(std::vector<std::string> labels, std::span<const std::int32_t> truths,
                          std::span<const std::int32_t> answers) {
  const auto count = labels.size();
  ConfusionMatrix matrix{.labels = std::move(labels), .counts = std::vector<std::int64_t>(count * count)};
  for (std::size_t i = 0; i < std::min(truths.size(), answers.size()); ++i) {
    const auto truth = static_cast<std::size_t>(truths[i]);
    const auto answer = static_cast<std::size_t>(answers[i]);
    if (truths[i] >= 0 && answers[i] >= 0 && truth < count && answer < count) ++matrix.counts[truth * count + answer];
  }
  return matrix;
}

std::vector<CalibrationBin> calibration_curve(std::span<const Scored> examples, std::int32_t bins) {
  std::vector<CalibrationBin> curve(static_cast<std::size_t>(std::max(bins, 1)));
  for (const auto& example : examples) {
    const double at = std::clamp(example.score, 0.0, 1.0) * static_cast<double>(curve.size());
    auto& bin = curve[std::min(static_cast<std::size_t>(at), curve.size() - 1)];
    bin.said += example.score;
    bin.found += example.is_positive ? 1 : 0;
    ++bin.count;
  }
  for (auto& bin : curve) {
    if (bin.count == 0) continue;
    bin.said /= static_cast<double>(bin.count);
    bin.found /= static_cast<double>(bin.count);
  }
  return curve;
}

double expected_calibration_error(std::span<const CalibrationBin> curve) {
  double sum = 0;
  double all = 0;
  for (const auto& bin : curve) {
    sum += std::abs(bin.said - bin.found) * static_cast<double>(bin.count);
    all += static_cast<double>(bin.count);
  }
  return all == 0 ? 0 : sum / all;
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta(a, b));
  // The fraction converges fast on this side of the mean only.
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double beta_quantile(double a, double b, double probability) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (incomplete_beta(a, b, middle) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

Interval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence) {
  if (trials <= 0) return {0, 1};
  const double tail = (1 - confidence) / 2;
  const auto k = static_cast<double>(hits);
  const auto misses = static_cast<double>(trials - hits);
  return {hits <= 0 ? 0 : beta_quantile(k, misses + 1, tail),
          hits >= trials ? 1 : beta_quantile(k + 1, misses, 1 - tail)};
}

Interval beta_binomial_interval(std::int64_t trials, double a, double b, double confidence) {
  const double tail = (1 - confidence) / 2;
  const auto n = static_cast<double>(trials);
  Interval interval{n, n};
  double below = 0;
  bool has_least = false;
  for (std::int64_t count = 0; count <= trials; ++count) {
    const auto k = static_cast<double>(count);
    const double log_ways = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
    below += std::exp(log_ways + log_beta(k + a, n - k + b) - log_beta(a, b));
    if (!has_least && below >= tail) {
      interval.least = k;
      has_least = true;
    }
    if (below >= 1 - tail) {
      interval.most = k;
      break;
    }
  }
  return interval;
}

std::optional<Interval> bootstrap(std::size_t count, const Statistic& statistic, std::int32_t draws, double confidence,
                                  std::uint64_t seed) {
  if (count == 0) return std::nullopt;
  RandomStream random(seed);
  std::vector<std::size_t> places(count);
  std::vector<double> values;
  for (std::int32_t draw = 0; draw < draws; ++draw) {
    for (auto& place : places) place = random.below(count);
    if (const auto value = statistic(places)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  return Interval{quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)};
}

double quantile(std::span<const double> values, double share) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const auto high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

}  // namespace sightglass::vision
