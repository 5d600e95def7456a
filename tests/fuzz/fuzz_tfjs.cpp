// Any bytes as a TensorFlow.js model: JSON up to the first zero byte, weights behind it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vision/conversion/convert.hpp"
#include "vision/conversion/onnx_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  const std::string_view file(reinterpret_cast<const char*>(bytes), size);
  const auto end = file.find('\0');
  const auto weights = end == std::string_view::npos ? std::string_view() : file.substr(end + 1);
  const NetworkWish wish{.name = "fuzz",
                         .input = "image",
                         .input_shape = {1, 2, 4, 4},
                         .outputs = {{"out", "y"}},
                         .kind = NetworkKind::tfjs};
  if (const auto converted = convert_tfjs(file.substr(0, end), weights, wish); converted && !read_onnx(*converted))
    __builtin_trap();
  return 0;
}
