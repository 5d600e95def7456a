// Any bytes as the file of an anomaly model: what is understood can be written again and reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vision/anomaly/anomaly_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  const auto model = read_anomaly({reinterpret_cast<const char*>(bytes), size});
  if (!model) return 0;
  const auto written = write_anomaly(model->parts());
  // Numbers may be too large for 16 bits once they are scaled; whatever was written must be read.
  if (written && !read_anomaly(*written)) std::abort();
  return 0;
}
