#include "imaging/exiv2/heif_exif.hpp"

#include <cstdint>
#include <optional>

#include "imaging/byte_view.hpp"
#include "imaging/iso_boxes.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

constexpr int most_entries = 4096;  // items of one table, extents of one item

// 8.11.6: entries of version 2 have 16-bit ids, of version 3 32-bit ones; two bytes of protection come between.
std::optional<std::uint32_t> exif_item(const ByteView& view, const IsoBox& items) {
  const bool is_wide_count = view.u8(items.content) > 0;
  IsoBoxWalk entries(view, items.content + (is_wide_count ? 8 : 6), items.end);
  while (const auto entry = entries.next()) {
    const bool is_wide = view.u8(entry->content) >= 3;
    const auto id_at = entry->content + 4;
    if (view.is_at(id_at + (is_wide ? 6 : 4), "Exif")) return is_wide ? view.u32_big(id_at) : view.u16_big(id_at);
  }
  return std::nullopt;
}

// Walks the item location table (8.11.3), whose numbers have widths of its own choosing.
class Locations {
 public:
  Locations(const ByteView& view, const IsoBox& box) : view_(view), at_(box.content + 4), end_(box.end) {
    version_ = view.u8(box.content);
    const auto widths = number(2);
    offset_width_ = widths >> 12;
    length_width_ = widths >> 8 & 15;
    base_width_ = widths >> 4 & 15;
    index_width_ = version_ == 0 ? 0 : widths & 15;
    count_ = number(version_ < 2 ? 2 : 4);
  }

  struct Place {
    std::uint64_t method = 0;  // 0: in the file, 1: in the `idat` box
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };

  // The first extent of an item; cameras write Exif in one piece.
  std::optional<Place> find(std::uint32_t item) {
    for (std::uint64_t i = 0; i < count_ && i < most_entries && at_ < end_; ++i) {
      const auto id = number(version_ < 2 ? 2 : 4);
      Place place;
      if (version_ > 0) place.method = number(2) & 15;
      number(2);  // the data reference
      const auto base = number(base_width_);
      const auto extents = number(2);
      for (std::uint64_t extent = 0; extent < extents && extent < most_entries; ++extent) {
        number(index_width_);
        const auto offset = number(offset_width_);
        const auto length = number(length_width_);
        if (extent > 0) continue;
        place.offset = base + offset;
        place.length = length;
      }
      if (id == item && extents > 0) return place;
    }
    return std::nullopt;
  }

 private:
  std::uint64_t number(std::uint64_t width) {
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < width; ++i) value = value << 8 | view_.u8(at_ + i);
    at_ += width;
    return value;
  }

  const ByteView& view_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::uint64_t version_ = 0;
  std::uint64_t offset_width_ = 0, length_width_ = 0, base_width_ = 0, index_width_ = 0;
  std::uint64_t count_ = 0;
};

// The item starts with how many bytes to skip to the TIFF header: 0, or 6 for "Exif\0\0".
std::span<const std::byte> tiff_of(std::span<const std::byte> item) {
  const ByteView view(item);
  const std::uint64_t start = std::uint64_t{view.u32_big(0)} + 4;
  if (start >= item.size()) return {};
  if (!view.is_at(start, "II*") && !view.is_at(start, "MM")) return {};
  return item.subspan(start);
}

}  // namespace

std::span<const std::byte> find_heif_exif(std::span<const std::byte> file) {
  const ByteView view(file);
  const auto meta = IsoBoxWalk(view).next("meta");
  if (!meta) return {};
  const auto items = children_of_full(view, *meta).next("iinf");
  const auto table = children_of_full(view, *meta).next("iloc");
  if (!items || !table) return {};
  const auto item = exif_item(view, *items);
  if (!item) return {};
  auto place = Locations(view, *table).find(*item);
  if (!place || place->method > 1) return {};
  if (place->method == 1) {
    const auto inner = children_of_full(view, *meta).next("idat");
    if (!inner || place->offset > inner->size()) return {};
    place->offset += inner->content;
  }
  return tiff_of(view.bytes(place->offset, place->length));
}

}  // namespace sightglass::imaging::exiv2
