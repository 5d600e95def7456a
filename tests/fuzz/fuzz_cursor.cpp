// A cursor that decodes must be the very text its key encodes to.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "database/cursor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto key = sightglass::database::decode_cursor(text, "jobs");
  if (key && sightglass::database::encode_cursor("jobs", *key) != text) std::abort();
  return 0;
}
