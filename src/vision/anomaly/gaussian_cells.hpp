// How far a place is from what good pictures have there: a Gaussian for each cell (PaDiM; Defard et al. 2021).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Sums from which means and covariances come, of each cell. What was added can be taken away again, so that the
// statistics without a fold cost no second look at the rest. 8·channels·(channels + 3)/2 bytes a cell.
class CellSums {
 public:
  CellSums(std::size_t cells, std::size_t channels);
  // `values`: a row for each cell; rows of cells that are not valid are left out.
  void add(const Matrix& values, std::span<const std::uint8_t> valid);
  void subtract(const CellSums& other);
  void add(const CellSums& other);
  std::size_t cells() const { return counts_.size(); }
  std::size_t channels() const { return channels_; }

 private:
  friend class GaussianCells;
  std::size_t channels_;
  std::vector<double> counts_{};
  RealMatrix sums_{};      // cells × channels
  RealMatrix products_{};  // cells × lower triangle
};

// Immutable: thread-safe.
class GaussianCells {
 public:
  // Covariances get `ridge` × their mean variance on the diagonal. Cells that fewer than `least` pictures covered share
  // one Gaussian of all. internal when the features do not vary at all.
  static core::Result<GaussianCells> fit(const CellSums& sums, double ridge, std::size_t least);
  // As they were stored: `means` cells × channels, `factors` cells × lower triangle of the inverse of L (L·Lᵀ the
  // covariance).
  GaussianCells(Matrix means, Matrix factors) : means_(std::move(means)), factors_(std::move(factors)) {}

  // The Mahalanobis distance of each cell; 0 where it is not valid.
  std::vector<float> distances(const Matrix& values, std::span<const std::uint8_t> valid) const;
  const Matrix& means() const { return means_; }
  const Matrix& factors() const { return factors_; }

 private:
  Matrix means_;
  Matrix factors_;
};

}  // namespace sightglass::vision
