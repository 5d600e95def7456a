// A cursor that decodes must be the very text its key encodes to, and every key must survive the way there and back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "database/cursor.hpp"

namespace {

using sightglass::database::CursorKey;

CursorKey key_of(const std::uint8_t* bytes, std::size_t size) {
  CursorKey key;
  std::memcpy(&key.number, bytes, std::min(size, sizeof key.number));
  if (size > sizeof key.number) {
    std::memcpy(key.id.bytes.data(), bytes + sizeof key.number,
                std::min(size - sizeof key.number, key.id.bytes.size()));
  }
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass::database;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto decoded = decode_cursor(text, "jobs");
  if (decoded && encode_cursor("jobs", *decoded) != text) std::abort();
  const auto key = key_of(bytes, size);
  const auto back = decode_cursor(encode_cursor("jobs", key), "jobs");
  if (!back || *back != key) std::abort();
  if (decode_cursor(encode_cursor("jobs", key), "assets")) std::abort();
  return 0;
}
