#include "vision/numeric/cholesky.hpp"

#include <cmath>

namespace sightglass::vision {

core::Result<void> cholesky(RealMatrix& matrix) {
  const std::size_t size = matrix.rows();
  for (std::size_t i = 0; i < size; ++i) {
    const auto row = matrix.row(i);
    for (std::size_t j = 0; j <= i; ++j) {
      const auto other = matrix.row(j);
      double sum = row[j];
      for (std::size_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      if (j < i) {
        row[j] = sum / other[j];
      } else if (sum > 0 && std::isfinite(sum)) {
        row[j] = std::sqrt(sum);
      } else {
        return core::fail(core::internal_error("A covariance is not positive definite."));
      }
    }
  }
  return {};
}

void solve_lower(const RealMatrix& lower, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto row = lower.row(i);
    double sum = x[i];
    for (std::size_t k = 0; k < i; ++k) sum -= row[k] * x[k];
    x[i] = sum / row[i];
  }
}

void solve(const RealMatrix& lower, std::span<double> x) {
  solve_lower(lower, x);
  for (std::size_t i = x.size(); i-- > 0;) {
    double sum = x[i];
    for (std::size_t k = i + 1; k < x.size(); ++k) sum -= lower(k, i) * x[k];
    x[i] = sum / lower(i, i);
  }
}

}  // namespace sightglass::vision
