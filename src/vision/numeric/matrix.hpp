// Rows of numbers, as models keep and compute with them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sightglass::vision {

// Row-major, without gaps.
template <typename Number>
class BasicMatrix {
 public:
  BasicMatrix() = default;
  BasicMatrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), values_(rows * columns) {}
  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::span<Number> row(std::size_t i) { return {values_.data() + i * columns_, columns_}; }
  std::span<const Number> row(std::size_t i) const { return {values_.data() + i * columns_, columns_}; }
  Number& operator()(std::size_t i, std::size_t j) { return values_[i * columns_ + j]; }
  Number operator()(std::size_t i, std::size_t j) const { return values_[i * columns_ + j]; }
  std::span<Number> values() { return values_; }
  std::span<const Number> values() const { return values_; }
  void append(std::span<const Number> row) {
    values_.insert(values_.end(), row.begin(), row.end());
    columns_ = row.size();
    ++rows_;
  }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<Number> values_{};
};

using Matrix = BasicMatrix<float>;       // features and weights
using RealMatrix = BasicMatrix<double>;  // sums and what is solved with them

}  // namespace sightglass::vision
