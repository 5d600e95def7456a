#include "vision/conversion/onnx_tensor_reader.hpp"

#include <fmt/format.h>

#include <bit>
#include <optional>

#include "vision/conversion/half_float.hpp"
#include "vision/conversion/protobuf_wire.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;

// TensorProto.DataType
enum class Stored : std::int64_t { float32 = 1, int32 = 6, int64 = 7, boolean = 9, float16 = 10, float64 = 11 };

struct Header {
  std::string name{};
  std::vector<std::int64_t> shape{};
  std::int64_t type = 0;
  std::string_view raw{};
  bool has_raw = false;
};

std::unexpected<core::Error> fault(ErrorCode code, const Header& header, std::string_view why) {
  return core::fail(code, fmt::format("the constant \"{}\" {}", header.name.substr(0, 100), why));
}

Result<Header> read_header(std::string_view message, std::size_t most_dimensions) {
  Header header;
  SG_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
    if (field.number == 1) return read_integers(field, most_dimensions, header.shape);
    if (field.number == 2) header.type = field.integer();
    if (field.number == 8) header.name = field.bytes;
    if (field.number == 9) header.raw = field.bytes;
    if (field.number == 9) header.has_raw = true;
    if (field.number == 13 || (field.number == 14 && field.value != 0))
      return fault(ErrorCode::unsupported_format, header, "is kept in another file");
    return {};
  }));
  return header;
}

template <typename Bits>
Bits bits_at(std::string_view raw, std::size_t index) {
  Bits bits = 0;
  for (std::size_t i = 0; i < sizeof(Bits); ++i)
    bits = static_cast<Bits>(bits | static_cast<Bits>(static_cast<unsigned char>(raw[index * sizeof(Bits) + i]))
                                        << (8 * i));
  return bits;
}

std::size_t bytes_of(Stored type) {
  switch (type) {
    case Stored::boolean: return 1;
    case Stored::float16: return 2;
    case Stored::float32:
    case Stored::int32: return 4;
    case Stored::int64:
    case Stored::float64: return 8;
  }
  return 0;
}

void take_raw(std::string_view raw, Stored type, std::size_t count, OnnxTensor& tensor) {
  const bool is_real = tensor.type == OnnxType::float32;
  if (is_real)
    tensor.floats.reserve(count);
  else
    tensor.integers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) switch (type) {
      case Stored::float32: tensor.floats.push_back(std::bit_cast<float>(bits_at<std::uint32_t>(raw, i))); break;
      case Stored::float16: tensor.floats.push_back(float_of_half(bits_at<std::uint16_t>(raw, i))); break;
      case Stored::float64:
        tensor.floats.push_back(static_cast<float>(std::bit_cast<double>(bits_at<std::uint64_t>(raw, i))));
        break;
      case Stored::int32: tensor.integers.push_back(std::bit_cast<std::int32_t>(bits_at<std::uint32_t>(raw, i))); break;
      case Stored::int64: tensor.integers.push_back(std::bit_cast<std::int64_t>(bits_at<std::uint64_t>(raw, i))); break;
      case Stored::boolean: tensor.integers.push_back(raw[i] != 0 ? 1 : 0); break;
    }
}

// Values that stand in fields of their own instead of as raw bytes.
Result<void> take_fields(std::string_view message, Stored type, std::size_t count, OnnxTensor& tensor) {
  std::vector<std::int64_t> halves;
  SG_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
    if (field.number == 4 && type == Stored::float32) return read_reals(field, count, tensor.floats);
    if (field.number == 5 && type == Stored::float16) return read_integers(field, count, halves);
    if (field.number == 5 && (type == Stored::int32 || type == Stored::boolean))
      return read_integers(field, count, tensor.integers);
    if (field.number == 7 && type == Stored::int64) return read_integers(field, count, tensor.integers);
    // Doubles are always packed; what is not leaves the constant without its values, which is told.
    if (field.number == 10 && type == Stored::float64 && field.bytes.size() == 8 * count)
      take_raw(field.bytes, type, count, tensor);
    return {};
  }));
  for (const std::int64_t half : halves) tensor.floats.push_back(float_of_half(static_cast<std::uint16_t>(half)));
  return {};
}

}  // namespace

std::optional<std::size_t> value_count(const std::vector<std::int64_t>& shape) {
  constexpr std::int64_t most = 1LL << 31;
  std::int64_t count = 1;
  for (const std::int64_t side : shape) {
    if (side < 0 || side > most || (side != 0 && count > most / side)) return std::nullopt;
    count *= side;
  }
  return static_cast<std::size_t>(count);
}

Result<OnnxTensor> read_tensor(std::string_view message, std::size_t most_dimensions, std::size_t& integers_left) {
  SG_ASSIGN(auto header, read_header(message, most_dimensions));
  const auto count = value_count(header.shape);
  if (!count) return fault(ErrorCode::invalid_input, header, "has no possible shape");
  const auto type = static_cast<Stored>(header.type);
  const std::size_t width = bytes_of(type);
  if (width == 0)
    return fault(ErrorCode::unsupported_format, header, fmt::format("is of a type that is not read ({})", header.type));
  OnnxTensor tensor{.name = std::move(header.name), .shape = std::move(header.shape)};
  const bool is_real = type == Stored::float32 || type == Stored::float16 || type == Stored::float64;
  if (!is_real) {
    if (*count > integers_left)
      return core::fail(ErrorCode::too_large, "the network has more whole numbers than we take");
    integers_left -= *count;
    tensor.type = static_cast<OnnxType>(header.type);
  }
  if (header.has_raw && header.raw.size() == width * *count)
    take_raw(header.raw, type, *count, tensor);
  else if (!header.has_raw || header.raw.empty())
    SG_TRY(take_fields(message, type, *count, tensor));
  if (tensor.floats.size() + tensor.integers.size() != *count)
    return core::fail(
        ErrorCode::invalid_input,
        fmt::format("the constant \"{}\" has not as many values as its shape says", tensor.name.substr(0, 100)));
  return tensor;
}

}  // namespace sightglass::vision
