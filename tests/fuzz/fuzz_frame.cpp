// A request to develop a frame as a decoding process reads it: any bytes as what is said of the frame, and any as the
// frame's own. What is made must be a file of the frame's size, within the limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "imaging/frame_wire.hpp"
#include "imaging/header.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "imaging/recognise.hpp"

namespace {

using namespace sightglass;
using namespace sightglass::imaging;

void check_file(const std::string& file, core::Size size) {
  const auto bytes = std::as_bytes(std::span(file));
  const auto type = recognise(bytes);
  if (!type) std::abort();
  const auto header = read_header(bytes, *type);
  if (!header || header->size != size) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wire::FrameRequest request;
  const auto said = std::min(size, sizeof request);
  std::memcpy(&request, data, said);
  auto wish = wire::decode_frame(request);
  if (!wish) return 0;
  wish->frame.bytes = std::make_shared<const std::vector<std::uint8_t>>(data + said, data + size);
  static constexpr Limits limits{.max_bytes = 1 << 20, .max_pixels = 1 << 14, .max_decode_bytes = 4 << 20};
  pipeline::PictureDecoder decoder;
  const auto file = decoder.develop(wish->frame, wish->plan, limits);
  if (!file) return 0;
  check_file(*file, wish->frame.size);
  if (!wire::checked_file(*file, wish->plan, limits)) std::abort();
  return 0;
}
