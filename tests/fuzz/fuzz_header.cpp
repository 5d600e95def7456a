// Recognition and header reading on any bytes: must answer, without reading outside them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "imaging/header.hpp"
#include "imaging/recognise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass::imaging;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto type = recognise(bytes);
  if (!type) return 0;
  const auto header = read_header(bytes, *type);
  if (header) static_cast<void>(check_header(*header, {1024, 1024}, {}));
  return 0;
}
