// Systems of equations with symmetric positive definite matrices.
#pragma once

#include <span>

#include "core/result.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Replaces the lower triangle of a square `matrix` by L of L·Lᵀ; the upper triangle is neither read nor written.
// internal when the matrix is not positive definite, in the precision of double.
core::Result<void> cholesky(RealMatrix& matrix);

// Replaces `x` by the solution of L·y = x; |y|² is then xᵀ·(L·Lᵀ)⁻¹·x.
void solve_lower(const RealMatrix& lower, std::span<double> x);
// Replaces `x` by the solution of L·Lᵀ·y = x.
void solve(const RealMatrix& lower, std::span<double> x);

}  // namespace sightglass::vision
