#include "vision/anomaly/gaussian_cells.hpp"

#include <algorithm>
#include <cmath>

#include "vision/numeric/cholesky.hpp"
#include "vision/numeric/products.hpp"

namespace sightglass::vision {

namespace {

std::size_t triangle(std::size_t n) { return n * (n + 1) / 2; }

// The inverse of a lower triangle, packed row by row: distances then are products, which keep their precision when
// they are stored in 16 bits better than the solving of equations does.
void write_inverse(const RealMatrix& lower, std::span<float> packed) {
  const std::size_t n = lower.rows();
  std::vector<double> column(n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = i == j ? 1 : 0;
      for (std::size_t k = j; k < i; ++k) sum -= lower(i, k) * column[k];
      column[i] = sum / lower(i, i);
      packed[triangle(i) + j] = static_cast<float>(column[i]);
    }
  }
}

struct Moments {
  double count = 0;
  std::span<const double> sums{}, products{};
};

core::Result<void> write_gaussian(const Moments& moments, double ridge, std::span<float> mean,
                                  std::span<float> factor) {
  const std::size_t n = mean.size();
  RealMatrix covariance(n, n);
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    mean[i] = static_cast<float>(moments.sums[i] / moments.count);
    for (std::size_t j = 0; j <= i; ++j)
      covariance(i, j) = moments.products[triangle(i) + j] / moments.count -
                         moments.sums[i] / moments.count * (moments.sums[j] / moments.count);
    trace += std::max(0.0, covariance(i, i));
  }
  const double added = ridge * trace / static_cast<double>(n);
  // What rounding leaves of equal values is below this.
  if (!(trace > 1e-10))
    return core::fail(
        core::internal_error("The features of the pictures do not vary; there is nothing to learn from."));
  for (std::size_t i = 0; i < n; ++i) covariance(i, i) += added;
  SG_TRY(cholesky(covariance));
  write_inverse(covariance, factor);
  return {};
}

}  // namespace

CellSums::CellSums(std::size_t cells, std::size_t channels)
    : channels_(channels), counts_(cells), sums_(cells, channels), products_(cells, triangle(channels)) {}

void CellSums::add(const Matrix& values, std::span<const std::uint8_t> valid) {
  for (std::size_t cell = 0; cell < counts_.size(); ++cell) {
    if (valid[cell] == 0) continue;
    const auto row = values.row(cell);
    counts_[cell] += 1;
    double* product = products_.row(cell).data();
    for (std::size_t i = 0; i < channels_; ++i) {
      const double value = static_cast<double>(row[i]);
      sums_(cell, i) += value;
      for (std::size_t j = 0; j <= i; ++j) *product++ += value * static_cast<double>(row[j]);
    }
  }
}

void CellSums::subtract(const CellSums& other) {
  std::ranges::transform(counts_, other.counts_, counts_.begin(), std::minus{});
  std::ranges::transform(sums_.values(), other.sums_.values(), sums_.values().begin(), std::minus{});
  std::ranges::transform(products_.values(), other.products_.values(), products_.values().begin(), std::minus{});
}

void CellSums::add(const CellSums& other) {
  std::ranges::transform(counts_, other.counts_, counts_.begin(), std::plus{});
  std::ranges::transform(sums_.values(), other.sums_.values(), sums_.values().begin(), std::plus{});
  std::ranges::transform(products_.values(), other.products_.values(), products_.values().begin(), std::plus{});
}

core::Result<GaussianCells> GaussianCells::fit(const CellSums& sums, double ridge, std::size_t least) {
  const std::size_t n = sums.channels_;
  Matrix means(sums.cells(), n);
  Matrix factors(sums.cells(), triangle(n));
  std::vector<double> all_sums(n);
  std::vector<double> all_products(triangle(n));
  double all = 0;
  for (std::size_t cell = 0; cell < sums.cells(); ++cell) {
    all += sums.counts_[cell];
    std::ranges::transform(all_sums, sums.sums_.row(cell), all_sums.begin(), std::plus{});
    std::ranges::transform(all_products, sums.products_.row(cell), all_products.begin(), std::plus{});
  }
  std::vector<float> shared_mean(n);
  std::vector<float> shared_factor(triangle(n));
  SG_TRY(write_gaussian({all, all_sums, all_products}, ridge, shared_mean, shared_factor));
  for (std::size_t cell = 0; cell < sums.cells(); ++cell) {
    const Moments own{sums.counts_[cell], sums.sums_.row(cell), sums.products_.row(cell)};
    const bool is_covered = own.count >= static_cast<double>(least);
    // A place where all good pictures are equal to the last digit is judged by what holds for all places.
    if (is_covered && write_gaussian(own, ridge, means.row(cell), factors.row(cell))) continue;
    std::ranges::copy(shared_mean, means.row(cell).begin());
    std::ranges::copy(shared_factor, factors.row(cell).begin());
  }
  return GaussianCells(std::move(means), std::move(factors));
}

std::vector<float> GaussianCells::distances(const Matrix& values, std::span<const std::uint8_t> valid) const {
  const std::size_t n = means_.columns();
  std::vector<float> answer(means_.rows());
  std::vector<float> difference(n);
  for (std::size_t cell = 0; cell < answer.size(); ++cell) {
    if (valid[cell] == 0) continue;
    for (std::size_t i = 0; i < n; ++i) difference[i] = values(cell, i) - means_(cell, i);
    const auto factor = factors_.row(cell);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto part =
          static_cast<double>(dot(factor.subspan(triangle(i), i + 1), std::span(difference).first(i + 1)));
      sum += part * part;
    }
    answer[cell] = static_cast<float>(std::sqrt(sum));
  }
  return answer;
}

}  // namespace sightglass::vision
