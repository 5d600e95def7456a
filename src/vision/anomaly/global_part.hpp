// How far a whole picture is from good ones: one Gaussian of the embedding.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Far fewer pictures than values: the covariance is shrunk to a multiple of the identity by as much as its own noise
// asks for (Ledoit and Wolf 2004), and inverted in the space of the pictures. Immutable: thread-safe.
class GlobalPart {
 public:
  // `rows`: an embedding of a good picture each, at least two. Of more than 256 that many are taken, evenly spread.
  // internal when they do not vary.
  static core::Result<GlobalPart> fit(const Matrix& rows);
  // As they were stored; `shrinkage` 0 < s ≤ 1. internal when the numbers cannot be inverted.
  static core::Result<GlobalPart> restore(std::vector<float> mean, std::vector<float> scale, Matrix centred,
                                          double shrinkage);

  double distance(std::span<const float> embedding) const;  // Mahalanobis, by the square root of the dimensions
  const std::vector<float>& mean() const { return mean_; }
  const std::vector<float>& scale() const { return scale_; }  // 1 / deviation of each value
  const Matrix& centred() const { return centred_; }          // the pictures, standardised
  double shrinkage() const { return shrinkage_; }

 private:
  std::vector<float> mean_{}, scale_{};
  Matrix centred_{};
  double shrinkage_ = 1;
  double ridge_ = 1;    // what the identity is multiplied by
  RealMatrix lower_{};  // Cholesky factor of ridge/weight·I + centred·centredᵀ
};

}  // namespace sightglass::vision
