// Any bytes as the file of references: what is understood is written again as it was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vision/reference/reference_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  const auto model = read_references({reinterpret_cast<const char*>(bytes), size});
  if (!model) return 0;
  const auto written = read_references(write_references(*model));
  if (!written || written->references().size() != model->references().size()) std::abort();
  return 0;
}
