// Any text as a finding of our own files: what is read is written in the same words each time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "filing/finding_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  const auto finding = filing::finding_from_json({reinterpret_cast<const char*>(data), size});
  if (!finding) return 0;
  const auto text = filing::to_json(*finding);
  const auto again = filing::finding_from_json(text);
  if (!again || filing::to_json(*again) != text) std::abort();
  return 0;
}
