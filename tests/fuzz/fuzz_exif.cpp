// Any bytes as a picture's metadata: never a crash, and the JSON is JSON.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "imaging/exiv2/metadata_reader.hpp"
#include "imaging/recognise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const auto type = sightglass::imaging::recognise(file);
  const auto metadata =
      sightglass::imaging::exiv2::read_metadata(file, type.value_or(sightglass::core::MediaType::jpeg));
  if (!metadata) return 0;
  boost::system::error_code error;
  if (!boost::json::parse(metadata->json, error).is_object() || error) std::abort();
  if (metadata->json.size() > 64U * 1024) std::abort();
  return 0;
}
