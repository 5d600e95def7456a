// Any bytes as a network of a stranger: read, fixed to a size, written, read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vision/conversion/convert.hpp"
#include "vision/conversion/onnx_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  const std::string_view file(reinterpret_cast<const char*>(bytes), size);
  const auto model = read_onnx(file);
  if (!model || model->graph.inputs.empty() || model->graph.outputs.empty()) return 0;
  NetworkWish wish{.name = "fuzz", .input = "image", .input_shape = {1, 2, 4, 4}};
  for (const auto& output : model->graph.outputs) wish.outputs.emplace_back(output.name, "out" + output.name);
  if (const auto converted = convert_onnx(file, wish); converted && !read_onnx(*converted)) __builtin_trap();
  return 0;
}
