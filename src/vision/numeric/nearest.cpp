#include "vision/numeric/nearest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vision/numeric/products.hpp"

namespace sightglass::vision {

namespace {

// The mean root of the `count` smallest of `squared`. They are kept in order while the rest passes by: few are asked
// for, and most values are larger than all of these.
float mean_of_smallest(std::span<const float> squared, std::size_t count, std::vector<float>& kept) {
  kept.assign(std::min(count, squared.size()), std::numeric_limits<float>::max());
  for (const float value : squared) {
    if (!(value < kept.back())) continue;
    std::size_t place = kept.size() - 1;
    for (; place > 0 && kept[place - 1] > value; --place) kept[place] = kept[place - 1];
    kept[place] = value;
  }
  double sum = 0;
  for (const float value : kept) sum += std::sqrt(std::max(0.0, static_cast<double>(value)));
  return static_cast<float>(sum / static_cast<double>(kept.size()));
}

std::size_t nearest_to_mean(const Matrix& rows) {
  std::vector<float> mean(rows.columns());
  for (std::size_t i = 0; i < rows.rows(); ++i) add_scaled(1 / static_cast<float>(rows.rows()), rows.row(i), mean);
  std::vector<float> distances(rows.rows());
  squared_distances(rows, mean, distances);
  return static_cast<std::size_t>(std::ranges::min_element(distances) - distances.begin());
}

}  // namespace

NearestPoints::NearestPoints(Matrix points) : points_(std::move(points)) {
  for (std::size_t i = 0; i < points_.rows(); ++i) squares_.push_back(dot(points_.row(i), points_.row(i)));
}

std::vector<float> NearestPoints::mean_distances(const Matrix& queries, std::size_t count) const {
  // In blocks, so that the products of a large bank with a picture's cells need little memory.
  constexpr std::size_t block = 64;
  std::vector<float> answer;
  std::vector<float> kept;
  answer.reserve(queries.rows());
  for (std::size_t start = 0; start < queries.rows(); start += block) {
    const std::size_t size = std::min(block, queries.rows() - start);
    Matrix part(size, queries.columns());
    Matrix products(size, points_.rows());
    for (std::size_t i = 0; i < size; ++i) std::ranges::copy(queries.row(start + i), part.row(i).begin());
    multiply_transposed(part, points_, products);
    for (std::size_t i = 0; i < size; ++i) {
      const float square = dot(part.row(i), part.row(i));
      const auto row = products.row(i);
      for (std::size_t j = 0; j < row.size(); ++j) row[j] = square + squares_[j] - 2 * row[j];
      answer.push_back(mean_of_smallest(row, count, kept));
    }
  }
  return answer;
}

std::vector<std::size_t> greedy_coreset(const Matrix& rows, std::size_t count, const std::function<bool()>& goes_on) {
  std::vector<std::size_t> chosen;
  if (rows.rows() == 0 || count == 0) return chosen;
  // Of each row: how far its nearest centre is, squared, and which that is.
  std::vector<float> nearest(rows.rows(), std::numeric_limits<float>::max());
  std::vector<std::uint32_t> owner(rows.rows(), 0);
  std::vector<float> between;  // squared distances of the newest centre to the earlier ones
  std::size_t next = nearest_to_mean(rows);
  float farthest = 0;
  do {
    const auto centre = static_cast<std::uint32_t>(chosen.size());
    between.clear();
    for (const std::size_t earlier : chosen) between.push_back(squared_distance(rows.row(earlier), rows.row(next)));
    chosen.push_back(next);
    farthest = -1;
    std::size_t farthest_row = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      // A centre that is twice as far from the row's own as the row is cannot be nearer (triangle inequality).
      if (centre == 0 || between[owner[i]] < 4 * nearest[i]) {
        const float distance = squared_distance(rows.row(i), rows.row(next));
        if (distance < nearest[i]) {
          nearest[i] = distance;
          owner[i] = centre;
        }
      }
      if (nearest[i] > farthest) {
        farthest = nearest[i];
        farthest_row = i;
      }
    }
    next = farthest_row;
  } while (chosen.size() < count && farthest > 0 && (!goes_on || goes_on()));
  return chosen;
}

}  // namespace sightglass::vision
