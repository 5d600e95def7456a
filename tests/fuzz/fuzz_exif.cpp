// Any bytes as a picture's metadata: never a crash, the JSON is JSON, and the server takes what the reader found.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>

#include "imaging/decoder_wire.hpp"
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
  using namespace sightglass::imaging;
  DerivedImages images{.size = {1, 1}, .display_size = {1, 1}, .thumbnail_size = {1, 1}, .metadata = *metadata};
  if (!wire::decode_derived(wire::encode(sightglass::core::Result<DerivedImages>(std::move(images))))) std::abort();
  return 0;
}
