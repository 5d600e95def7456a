// Softmax regression with a penalty on large weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

struct SoftmaxModel {
  Matrix weights{};              // classes × values
  std::vector<float> offsets{};  // one a class
  // Logits of each row: rows × classes.
  Matrix logits(const Matrix& rows) const;
};

// Minimises Σ −log p(label) + strength/2·|weights|² by L-BFGS (Liu and Nocedal 1989); offsets are not penalised. Labels
// are 0 … classes − 1. `start`, when given, is where it begins: the answer for a near strength saves most rounds.
// Errors: internal when the values are so large that numbers overflow.
core::Result<SoftmaxModel> fit_softmax(const Matrix& rows, std::span<const std::int32_t> labels, std::size_t classes,
                                       double strength, const SoftmaxModel* start = nullptr);

// Rows by fewer numbers with the same inner products, when there are fewer rows than columns: a penalised linear model
// of these is one of the rows (representer theorem), and far cheaper to find.
class RowSpan {
 public:
  explicit RowSpan(const Matrix& rows);  // kept by reference: must outlive this
  const Matrix& coordinates() const { return is_reduced_ ? coordinates_ : rows_; }
  Matrix expanded(const Matrix& weights) const;  // weights of coordinates as weights of columns

 private:
  const Matrix& rows_;
  bool is_reduced_ = false;
  Matrix coordinates_{};
  RealMatrix lower_{};
};

}  // namespace sightglass::vision
