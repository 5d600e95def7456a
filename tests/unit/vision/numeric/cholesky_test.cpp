#include "vision/numeric/cholesky.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

RealMatrix positive_definite(std::size_t size, std::uint64_t seed) {
  RandomStream random(seed);
  RealMatrix factor(size, size);
  for (auto& value : factor.values()) value = random.normal();
  RealMatrix matrix(size, size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t k = 0; k < size; ++k) matrix(i, j) += factor(i, k) * factor(j, k);
      if (i == j) matrix(i, j) += 0.1;
    }
  return matrix;
}

TEST(Cholesky, solves_what_it_factored) {
  for (const std::size_t size : {1U, 2U, 7U, 40U}) {
    const RealMatrix matrix = positive_definite(size, size);
    RealMatrix lower = matrix;
    ASSERT_TRUE(cholesky(lower).has_value());
    std::vector<double> wanted(size);
    for (std::size_t i = 0; i < size; ++i) wanted[i] = static_cast<double>(i) - 2;
    std::vector<double> x(size);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) x[i] += matrix(i, j) * wanted[j];
    const std::vector<double> right = x;
    solve(lower, x);
    for (std::size_t i = 0; i < size; ++i) EXPECT_NEAR(x[i], wanted[i], 1e-7);
    // |L⁻¹·b|² = bᵀ·A⁻¹·b
    std::vector<double> half = right;
    solve_lower(lower, half);
    double square = 0;
    double product = 0;
    for (std::size_t i = 0; i < size; ++i) {
      square += half[i] * half[i];
      product += right[i] * wanted[i];
    }
    EXPECT_NEAR(square, product, 1e-6 * (1 + std::abs(product)));
  }
}

TEST(Cholesky, refuses_what_is_not_positive_definite) {
  RealMatrix matrix(2, 2);
  matrix(0, 0) = 1;
  matrix(1, 0) = 2;
  matrix(1, 1) = 1;
  EXPECT_FALSE(cholesky(matrix).has_value());
  RealMatrix nothing(1, 1);
  EXPECT_FALSE(cholesky(nothing).has_value());
}

}  // namespace
}  // namespace sightglass::vision
