#include "vision/numeric/products.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "vision/numeric/half.hpp"
#include "vision/numeric/random_projection.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

Matrix random_matrix(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  RandomStream random(seed);
  Matrix matrix(rows, columns);
  for (auto& value : matrix.values()) value = static_cast<float>(random.normal());
  return matrix;
}

double exact_dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

TEST(Products, equal_the_plain_sums_at_every_length) {
  for (std::size_t length = 0; length <= 70; ++length) {
    const Matrix rows = random_matrix(2, length, length);
    double distance = 0;
    for (std::size_t i = 0; i < length; ++i)
      distance += std::pow(static_cast<double>(rows(0, i)) - static_cast<double>(rows(1, i)), 2);
    EXPECT_NEAR(static_cast<double>(dot(rows.row(0), rows.row(1))), exact_dot(rows.row(0), rows.row(1)), 1e-4);
    EXPECT_NEAR(static_cast<double>(squared_distance(rows.row(0), rows.row(1))), distance, 1e-3);
    std::vector<float> sum(rows.row(1).begin(), rows.row(1).end());
    add_scaled(0.5F, rows.row(0), sum);
    for (std::size_t i = 0; i < length; ++i) EXPECT_NEAR(sum[i], 0.5F * rows(0, i) + rows(1, i), 1e-5F);
  }
}

TEST(Products, of_matrices_equal_those_of_their_rows) {
  for (const auto& [a_rows, b_rows, columns] :
       {std::tuple{1, 1, 1}, {2, 4, 8}, {3, 5, 33}, {7, 9, 128}, {64, 131, 20}, {5, 3000, 17}, {0, 4, 3}}) {
    const Matrix a = random_matrix(static_cast<std::size_t>(a_rows), static_cast<std::size_t>(columns), 1);
    const Matrix b = random_matrix(static_cast<std::size_t>(b_rows), static_cast<std::size_t>(columns), 2);
    Matrix out(a.rows(), b.rows());
    multiply_transposed(a, b, out);
    for (std::size_t i = 0; i < a.rows(); ++i)
      for (std::size_t j = 0; j < b.rows(); ++j)
        ASSERT_NEAR(static_cast<double>(out(i, j)), exact_dot(a.row(i), b.row(j)), 1e-3) << i << ' ' << j;
  }
}

TEST(RandomProjection, nearly_keeps_distances_and_is_the_same_each_time) {
  const Matrix points = random_matrix(20, 720, 3);
  const Matrix projection = random_projection(720, 256, 9);
  EXPECT_TRUE(std::ranges::equal(projection.values(), random_projection(720, 256, 9).values()));
  Matrix projected(20, 256);
  multiply_transposed(points, projection, projected);
  for (std::size_t i = 1; i < 20; ++i) {
    const float before = squared_distance(points.row(0), points.row(i));
    EXPECT_NEAR(squared_distance(projected.row(0), projected.row(i)) / before, 1, 0.35);
  }
}

TEST(Half, comes_back_within_its_precision) {
  RandomStream random(4);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<float>(random.normal() * std::pow(2, 20 * random.uniform() - 12));
    const float back = from_half(half_of(value));
    const float allowed = std::max(std::abs(value) / 2048, 0x1.0p-25F);
    ASSERT_LE(std::abs(back - value), allowed) << value;
  }
}

TEST(Half, keeps_each_of_its_own_values) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const bool is_nan = (half & 0x7c00) == 0x7c00 && (half & 0x3ff) != 0;
    if (is_nan)
      ASSERT_TRUE(std::isnan(from_half(half)));
    else
      ASSERT_EQ(half_of(from_half(half)), half);
  }
  EXPECT_TRUE(std::isinf(from_half(half_of(1e9F))));
  EXPECT_EQ(from_half(half_of(65'519.0F)), 65'504.0F);
}

}  // namespace
}  // namespace sightglass::vision
