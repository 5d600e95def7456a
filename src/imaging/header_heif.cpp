#include <algorithm>

#include "imaging/header_readers.hpp"
#include "imaging/iso_boxes.hpp"

namespace sightglass::imaging {

namespace {

// A side out of range must not turn negative on its way to the limits, which refuse it.
std::int32_t side(std::uint32_t value) { return static_cast<std::int32_t>(std::min<std::uint32_t>(value, INT32_MAX)); }

// Image spatial extents and pixel information (ISO/IEC 23008-12, 6.5.3 and 6.5.6), behind a version and flags.
// Any item may be the one that is shown or a tile of it, so the largest size and depth count.
void take_property(const ByteView& view, const IsoBox& property, PictureHeader& header) {
  if (property.type == "ispe" && property.size() >= 12) {
    const core::Size size{side(view.u32_big(property.content + 4)), side(view.u32_big(property.content + 8))};
    if (size.pixels() > header.size.pixels()) header.size = size;
  }
  if (property.type == "pixi") {
    header.bits_per_channel = std::max<std::int32_t>(header.bits_per_channel, view.u8(property.content + 5));
  }
}

void take_item_properties(const ByteView& view, const IsoBox& properties, PictureHeader& header) {
  auto containers = children(view, properties);
  while (const auto container = containers.next("ipco")) {
    auto walk = children(view, *container);
    while (const auto property = walk.next()) take_property(view, *property, header);
  }
}

}  // namespace

core::Result<PictureHeader> read_heif_header(const ByteView& view) {
  PictureHeader header;
  IsoBoxWalk file(view);
  while (const auto meta = file.next("meta")) {
    auto parts = children_of_full(view, *meta);
    while (const auto properties = parts.next("iprp")) take_item_properties(view, *properties, header);
  }
  if (header.size.pixels() == 0) return corrupt("The HEIF file names no picture size");
  return header;
}

}  // namespace sightglass::imaging
