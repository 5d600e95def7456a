// Any bytes as model.toml, as sources.toml and as labels. What is read is written so that it reads as the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vision/model_file.hpp"
#include "vision/model_sources.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  (void)read_model_sources(text);
  (void)read_labels(text);
  const auto model = read_model_file(text);
  if (!model) return 0;
  const auto written = write_model_file(*model);
  const auto again = read_model_file(written);
  if (!again || write_model_file(*again) != written) __builtin_trap();
  return 0;
}
