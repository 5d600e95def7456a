// Features of many pictures on the disk while a model is trained, so that memory does not grow with their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Matrices of one shape, kept as 16-bit floats in a file without a name, which is gone when this is. Not thread-safe.
// Blocks. Errors: internal with the system's words, and for values that 16 bits cannot hold.
class FeatureScratch {
 public:
  static core::Result<FeatureScratch> open(const std::filesystem::path& folder, std::size_t rows, std::size_t columns);
  FeatureScratch(FeatureScratch&& other) noexcept;
  FeatureScratch& operator=(FeatureScratch&& other) noexcept;
  ~FeatureScratch();

  core::Result<void> append(const Matrix& values);
  core::Result<void> read(std::size_t place, Matrix& values);  // `values` gets the shape
  std::size_t count() const { return count_; }

 private:
  FeatureScratch(int file, std::size_t rows, std::size_t columns);
  int file_ = -1;
  std::size_t rows_ = 0, columns_ = 0, count_ = 0;
  std::vector<std::uint16_t> buffer_{};
};

}  // namespace sightglass::vision
