// How good judgements are, and how sure that is: the measures that models are compared and promoted by.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sightglass::vision {

// A judged example: the larger `score`, the more it was taken for positive.
struct Scored {
  double score = 0;  // finite
  bool is_positive = false;
};

struct Interval {
  double least = 0;
  double most = 0;
  bool contains(double value) const { return least <= value && value <= most; }
};

// The chance that a positive scores above a negative, ties counting half (Mann and Whitney). Nothing when either kind
// is absent.
std::optional<double> area_under_roc(std::span<const Scored> examples);

// Precision at each positive's rank, averaged; examples of one score are one step, so that their order does not
// matter. Nothing without positives.
std::optional<double> average_precision(std::span<const Scored> examples);

struct PrecisionRecall {
  double threshold = 0;  // positive from here up
  double precision = 0;
  double recall = 0;
};
// One point for each different score, the highest first. Empty without positives.
std::vector<PrecisionRecall> precision_recall(std::span<const Scored> examples);

// counts[truth · labels + answer].
struct ConfusionMatrix {
  std::vector<std::string> labels{};
  std::vector<std::int64_t> counts{};
  std::int64_t at(std::size_t truth, std::size_t answer) const { return counts[truth * labels.size() + answer]; }
  double accuracy() const;  // 0 when nothing was judged
};
// Both hold places in `labels`; examples with a place outside it are left out.
ConfusionMatrix confusion(std::vector<std::string> labels, std::span<const std::int32_t> truths,
                          std::span<const std::int32_t> answers);

struct CalibrationBin {
  double said = 0;   // mean of the probabilities in it
  double found = 0;  // share that was right
  std::int64_t count = 0;
};
// Bins of equal width over 0 … 1; those that are empty are there with count 0. `score` is a probability.
std::vector<CalibrationBin> calibration_curve(std::span<const Scored> examples, std::int32_t bins);
// The mean distance of said and found, weighted by count (ECE; Naeini et al. 2015). 0 without examples.
double expected_calibration_error(std::span<const CalibrationBin> curve);

// The exact interval of a share of which `hits` of `trials` were seen (Clopper and Pearson 1934). 0 … 1 without trials.
Interval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence);

// Between which counts, of `trials`, the hits lie when their rate is Beta(a, b) distributed (beta-binomial): the
// (1−confidence)/2 and (1+confidence)/2 quantiles.
Interval beta_binomial_interval(std::int64_t trials, double a, double b, double confidence);

// The regularised incomplete beta function I_x(a, b), a, b > 0: the distribution function of Beta(a, b).
double incomplete_beta(double a, double b, double x);
// The x at which it reaches `probability`.
double beta_quantile(double a, double b, double probability);

// The percentile interval of a statistic of `count` examples, drawn with replacement `draws` times (Efron 1979). The
// statistic gets the places drawn; draws for which it has no value are left out. Nothing when none has.
using Statistic = std::function<std::optional<double>(std::span<const std::size_t> places)>;
std::optional<Interval> bootstrap(std::size_t count, const Statistic& statistic, std::int32_t draws, double confidence,
                                  std::uint64_t seed);

// The value below which `share` (0 … 1) of the values lie, between neighbours in proportion. `values` not empty.
double quantile(std::span<const double> values, double share);

}  // namespace sightglass::vision
