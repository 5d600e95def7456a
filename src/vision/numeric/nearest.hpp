// Nearest neighbours among stored points, and a few points that stand for many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Stored points, ready to be asked. Immutable: thread-safe.
class NearestPoints {
 public:
  explicit NearestPoints(Matrix points);
  const Matrix& points() const { return points_; }
  // For each row of `queries` the mean of its distances (not squared) to the `count` nearest points, all of them when
  // there are fewer. There must be a point.
  std::vector<float> mean_distances(const Matrix& queries, std::size_t count) const;

 private:
  Matrix points_;
  std::vector<float> squares_{};  // |point|²
};

// Places of `count` rows that lie in nobody's neighbourhood: each time the row farthest from those chosen (greedy
// k-centre; Gonzalez 1985; Sener and Savarese 2018). The first is the row nearest the mean. Stops early when all rows
// are chosen or equal to a chosen one, and when `goes_on`, asked after each, says no.
std::vector<std::size_t> greedy_coreset(const Matrix& rows, std::size_t count,
                                        const std::function<bool()>& goes_on = {});

}  // namespace sightglass::vision
