// A threshold that good pictures alone set, with what may be promised of it.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "vision/metrics.hpp"

namespace sightglass::vision {

// Scores above `value` are anomalous. What the true rate of false rejects is nobody knows from finitely many goods;
// between `rate.least` and `rate.most` it lies with 95 %.
struct ConformalThreshold {
  double value = 0;
  double asked = 0;              // the rate of false rejects that was asked for, 0 … 1
  Interval rate{};               // of good pictures of the same kind, 95 %
  std::int32_t goods = 0;        // how many scores it was set from
  std::int32_t rank = 0;         // which of them it is, counted from the smallest; goods + 1 when extrapolated
  bool is_extrapolated = false;  // too few goods for the rate: a tail was fitted, and `rate` is that of the largest
};

// Split conformal prediction (Vovk et al. 2005): of n exchangeable scores the ⌈(n+1)(1−rate)⌉-th smallest is exceeded
// by the next with at most `rate`; the rate of one threshold is Beta(n+1−k, k) distributed. With too few goods the tail
// beyond the largest is a generalised Pareto one (Pickands 1975), fitted to the top 30 % by moments.
// invalid_input for no scores, one that is not finite, or a rate outside 0.0001 … 0.5.
core::Result<ConformalThreshold> conformal(std::span<const double> good_scores, double false_reject_rate);

// Of `judged` further good pictures: how many will be rejected, between two counts, with 95 %.
Interval expected_rejects(const ConformalThreshold& threshold, std::int64_t judged);

// The share of goods that a score leaves behind, 0 … 1: 1 − (1 + goods at or above) / (n + 1). What a score says of
// a picture when no labelled defect has calibrated it. `sorted_goods` ascending.
double rarity(std::span<const double> sorted_goods, double score);

}  // namespace sightglass::vision
