// Scores made into probabilities that come true as often as they say.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/metrics.hpp"

namespace sightglass::vision {

// A rising curve from scores to probabilities, between its knots in proportion. A value type.
class Calibration {
 public:
  // Logistic in the score with a slope and an offset (Platt 1999, with his smoothed targets). For few examples.
  static core::Result<Calibration> logistic(std::span<const Scored> examples);
  // The best rising curve (pool adjacent violators; Zadrozny and Elkan 2002). For hundreds of examples.
  static core::Result<Calibration> isotonic(std::span<const Scored> examples);
  // Both: invalid_input unless there is a positive and a negative example and every score is finite.

  double probability(double score) const;  // 0 … 1
  std::string to_json() const;
  // invalid_input, naming what is wrong, for text that to_json cannot have written.
  static core::Result<Calibration> from_json(std::string_view json);

 private:
  struct Knot {
    double score = 0;
    double probability = 0;
  };
  double slope_ = 1, offset_ = 0;  // used when there are no knots
  std::vector<Knot> knots_{};      // scores rise strictly, probabilities do not fall
};

// The temperature by which logits are divided so that their softmax is calibrated (Guo et al. 2017), 0.05 … 20.
// `logits` holds classes values an example; labels are places in it. 1 without examples.
double fit_temperature(std::span<const float> logits, std::span<const std::int32_t> labels, std::size_t classes);

// Probabilities of logits over a temperature, in place.
void softmax(std::span<float> logits, double temperature);

}  // namespace sightglass::vision
