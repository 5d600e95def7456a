// Numbers one after the other in the files of models, little end first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

class BlockWriter {
 public:
  explicit BlockWriter(std::string& out) : out_(out) {}
  void shorts(std::span<const std::uint16_t> values);
  void floats(std::span<const float> values);
  void halves(std::span<const float> values);  // rounded to 16 bits
  bool is_sound() const { return is_sound_; }  // false once a number was not finite, or too large for its bits

 private:
  std::string& out_;
  bool is_sound_ = true;
};

// Of bytes that anybody may have written. Each member gives invalid_input when there are too few left, before it takes
// memory, or when one is not finite.
class BlockReader {
 public:
  explicit BlockReader(std::string_view bytes) : rest_(bytes) {}
  core::Result<std::vector<std::uint16_t>> shorts(std::size_t count);
  core::Result<std::vector<float>> floats(std::size_t count);
  core::Result<Matrix> floats(std::size_t rows, std::size_t columns);
  core::Result<Matrix> halves(std::size_t rows, std::size_t columns);
  std::size_t left() const { return rest_.size(); }

 private:
  core::Result<std::string_view> take(std::size_t count, std::size_t bytes_each);
  std::string_view rest_;
};

}  // namespace sightglass::vision
