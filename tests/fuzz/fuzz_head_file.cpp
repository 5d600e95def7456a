// Any bytes as the file of a head: what is understood judges without a crash, and reads the same when it is written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "vision/heads/head_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::vision;
  const auto head = read_head({reinterpret_cast<const char*>(bytes), size});
  if (!head) return 0;
  const auto written = write_head(head->parts());
  if (!written || !read_head(*written)) std::abort();
  const auto answer = head->judge(std::vector<float>(head->parts().mean.size(), 1.0F));
  if (answer && !(answer->probability >= 0 && answer->probability <= 1)) std::abort();
  return 0;
}
