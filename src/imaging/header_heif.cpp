#include <algorithm>
#include <optional>
#include <string_view>

#include "imaging/header_readers.hpp"

namespace sightglass::imaging {

namespace {

constexpr int most_boxes = 4096;  // of one level; real files hold a few hundred tiles at most

struct Box {
  std::string_view type{};
  std::uint64_t content = 0;  // offset of what follows the box's own header
  std::uint64_t end = 0;
};

// ISO/IEC 14496-12, 4.2: 32-bit length, or 1 and a 64-bit length, or 0 for "to the end".
std::optional<Box> read_box(const ByteView& view, std::uint64_t offset, std::uint64_t end) {
  if (offset + 8 > end || !view.has(offset, 8)) return std::nullopt;
  std::uint64_t length = view.u32_big(offset);
  std::uint64_t head = 8;
  if (length == 1) {
    length = view.u64_big(offset + 8);
    head = 16;
  }
  if (length == 0) length = end - offset;
  if (length < head || length > end - offset) return std::nullopt;
  return Box{view.text(offset + 4, 4), offset + head, offset + length};
}

template <typename Visit>
void for_each_box(const ByteView& view, std::uint64_t offset, std::uint64_t end, Visit visit) {
  for (int count = 0; count < most_boxes; ++count) {
    const auto box = read_box(view, offset, end);
    if (!box) return;
    visit(*box);
    offset = box->end;
  }
}

std::int32_t side(std::uint32_t value) { return static_cast<std::int32_t>(std::min<std::uint32_t>(value, INT32_MAX)); }

// Any item may be the one that is shown or a tile of it, so the largest size and depth count.
void take_property(const ByteView& view, const Box& property, PictureHeader& header) {
  if (property.type == "ispe" && property.end - property.content >= 12) {
    const core::Size size{side(view.u32_big(property.content + 4)), side(view.u32_big(property.content + 8))};
    if (size.pixels() > header.size.pixels()) header.size = size;
  }
  if (property.type == "pixi") {
    header.bits_per_channel = std::max<std::int32_t>(header.bits_per_channel, view.u8(property.content + 5));
  }
}

void take_item_properties(const ByteView& view, const Box& properties, PictureHeader& header) {
  for_each_box(view, properties.content, properties.end, [&](const Box& container) {
    if (container.type != "ipco") return;
    for_each_box(view, container.content, container.end,
                 [&](const Box& property) { take_property(view, property, header); });
  });
}

}  // namespace

core::Result<PictureHeader> read_heif_header(const ByteView& view) {
  PictureHeader header;
  for_each_box(view, 0, view.size(), [&](const Box& box) {
    if (box.type != "meta") return;
    // `meta` is a full box: four bytes of version and flags before its children.
    for_each_box(view, box.content + 4, box.end, [&](const Box& child) {
      if (child.type == "iprp") take_item_properties(view, child, header);
    });
  });
  if (header.size.pixels() == 0) return corrupt("The HEIF file names no picture size");
  return header;
}

}  // namespace sightglass::imaging
