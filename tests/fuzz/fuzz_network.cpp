// A model from outside comes with a network's file. What our own reader lets through goes into OpenCV's importer and is
// run: whatever the bytes, that ends with an error or with outputs that were checked.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "vision/opencv/network.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  static const auto runtime = open_opencv();
  const NetworkPlan plan{.name = "fuzz", .input_shape = {1, 2, 4, 4}, .outputs = {"sum", "halved"}};
  auto network = runtime->load(std::as_bytes(std::span(bytes, size)), plan);
  if (!network) return 0;
  const auto outputs = (*network)->run({.shape = plan.input_shape, .values = std::vector<float>(32, 0.5F)});
  if (!outputs) return 0;
  if (outputs->size() != 2) std::abort();
  for (const auto& output : *outputs) {
    for (const float value : output.values) {
      if (!std::isfinite(value)) std::abort();
    }
  }
  return 0;
}
