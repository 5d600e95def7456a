// Any bytes as a request target: what is accepted is bounded, begins with '/' and holds no dot segments.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/request_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto target = http::parse_target(text);
  if (!target) return 0;
  const std::string path = target->path + '/';
  if (path.front() != '/' || path.size() > http::max_target_bytes + 1) std::abort();
  if (path.find("/../") != std::string::npos || path.find('\0') != std::string::npos) std::abort();
  if (http::percent_decoded(http::percent_encoded(path)) != path) std::abort();
  return 0;
}
