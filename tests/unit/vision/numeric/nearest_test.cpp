#include "vision/numeric/nearest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "vision/numeric/products.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

Matrix random_points(std::size_t count, std::size_t columns, std::uint64_t seed) {
  RandomStream random(seed);
  Matrix points(count, columns);
  for (auto& value : points.values()) value = static_cast<float>(random.normal());
  return points;
}

TEST(NearestPoints, equals_looking_at_all) {
  const Matrix points = random_points(300, 19, 1);
  const Matrix queries = random_points(150, 19, 2);
  for (const std::size_t count : {1U, 3U, 300U, 900U}) {
    const auto answers = NearestPoints(points).mean_distances(queries, count);
    for (std::size_t i = 0; i < queries.rows(); ++i) {
      std::vector<double> distances;
      for (std::size_t j = 0; j < points.rows(); ++j)
        distances.push_back(std::sqrt(static_cast<double>(squared_distance(queries.row(i), points.row(j)))));
      std::ranges::sort(distances);
      const std::size_t kept = std::min<std::size_t>(count, 300);
      double mean = 0;
      for (std::size_t k = 0; k < kept; ++k) mean += distances[k] / static_cast<double>(kept);
      ASSERT_NEAR(static_cast<double>(answers[i]), mean, 1e-3);
    }
  }
}

// The definition, without the shortcut over the triangle inequality.
std::vector<std::size_t> plain_coreset(const Matrix& rows, std::size_t first, std::size_t count) {
  std::vector<std::size_t> chosen{first};
  while (chosen.size() < count) {
    float farthest = -1;
    std::size_t next = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      float nearest = 1e30F;
      for (const std::size_t centre : chosen)
        nearest = std::min(nearest, squared_distance(rows.row(i), rows.row(centre)));
      if (nearest > farthest) {
        farthest = nearest;
        next = i;
      }
    }
    chosen.push_back(next);
  }
  return chosen;
}

TEST(GreedyCoreset, equals_its_definition) {
  for (const std::size_t columns : {1U, 2U, 12U}) {
    const Matrix rows = random_points(200, columns, columns);
    const auto chosen = greedy_coreset(rows, 40);
    EXPECT_EQ(chosen, plain_coreset(rows, chosen.front(), 40));
  }
}

TEST(GreedyCoreset, stops_when_all_different_rows_are_in) {
  Matrix rows(6, 2);
  for (std::size_t i = 0; i < 6; ++i) rows(i, 0) = static_cast<float>(i % 3);
  const auto chosen = greedy_coreset(rows, 6);
  std::set<float> values;
  for (const std::size_t row : chosen) values.insert(rows(row, 0));
  EXPECT_EQ(values.size(), 3U);
  EXPECT_EQ(chosen.size(), 3U);
  EXPECT_TRUE(greedy_coreset(Matrix(), 3).empty());
}

TEST(GreedyCoreset, stops_when_it_is_told_to) {
  int asked = 0;
  EXPECT_EQ(greedy_coreset(random_points(50, 3, 1), 40, [&] { return ++asked < 5; }).size(), 5U);
}

}  // namespace
}  // namespace sightglass::vision
