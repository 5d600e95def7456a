#include "vision/numeric/number_blocks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "vision/numeric/half.hpp"

namespace sightglass::vision {

namespace {

template <typename Number>
void put(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

template <typename Number>
Number get(const char* bytes) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value = static_cast<Number>(value | static_cast<Number>(static_cast<unsigned char>(bytes[i])) << (8 * i));
  return value;
}

core::Error broken(const char* what) { return core::invalid_input("model", what); }

}  // namespace

void BlockWriter::shorts(std::span<const std::uint16_t> values) {
  for (const auto value : values) put(out_, value);
}

void BlockWriter::floats(std::span<const float> values) {
  for (const float value : values) {
    is_sound_ = is_sound_ && std::isfinite(value);
    put(out_, std::bit_cast<std::uint32_t>(value));
  }
}

void BlockWriter::halves(std::span<const float> values) {
  for (const float value : values) {
    const std::uint16_t half = half_of(value);
    is_sound_ = is_sound_ && (half & 0x7c00) != 0x7c00;
    put(out_, half);
  }
}

core::Result<std::string_view> BlockReader::take(std::size_t count, std::size_t bytes_each) {
  if (count > rest_.size() / bytes_each) return core::fail(broken("The file of the model is cut short."));
  const auto taken = rest_.substr(0, count * bytes_each);
  rest_.remove_prefix(taken.size());
  return taken;
}

core::Result<std::vector<std::uint16_t>> BlockReader::shorts(std::size_t count) {
  SG_ASSIGN(const auto bytes, take(count, 2));
  std::vector<std::uint16_t> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = get<std::uint16_t>(bytes.data() + 2 * i);
  return values;
}

core::Result<std::vector<float>> BlockReader::floats(std::size_t count) {
  SG_ASSIGN(const auto bytes, take(count, 4));
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = std::bit_cast<float>(get<std::uint32_t>(bytes.data() + 4 * i));
    if (!std::isfinite(values[i]))
      return core::fail(broken("The file of the model holds a number that is not finite."));
  }
  return values;
}

core::Result<Matrix> BlockReader::floats(std::size_t rows, std::size_t columns) {
  if (columns == 0 || rows > left() / columns) return core::fail(broken("The file of the model is cut short."));
  SG_ASSIGN(const auto values, floats(rows * columns));
  Matrix matrix(rows, columns);
  std::ranges::copy(values, matrix.values().begin());
  return matrix;
}

core::Result<Matrix> BlockReader::halves(std::size_t rows, std::size_t columns) {
  if (columns == 0 || rows > left() / columns) return core::fail(broken("The file of the model is cut short."));
  SG_ASSIGN(const auto bytes, take(rows * columns, 2));
  Matrix matrix(rows, columns);
  for (std::size_t i = 0; i < rows * columns; ++i) {
    matrix.values()[i] = from_half(get<std::uint16_t>(bytes.data() + 2 * i));
    if (!std::isfinite(matrix.values()[i]))
      return core::fail(broken("The file of the model holds a number that is not finite."));
  }
  return matrix;
}

}  // namespace sightglass::vision
