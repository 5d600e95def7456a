#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "imaging/header_readers.hpp"

namespace sightglass::imaging {

namespace {

// Tag numbers of TIFF 6.0, appendix A.
enum class TiffTag : std::uint16_t {
  image_width = 256,
  image_length = 257,
  bits_per_sample = 258,
  photometric = 262,
  samples_per_pixel = 277,
  rows_per_strip = 278,
  tile_width = 322,
  tile_length = 323,
};

constexpr std::uint64_t most_entries = 4096;
constexpr std::uint16_t palette_photometric = 3;

// One directory of a classic or Big TIFF, in either byte order.
class TiffDirectory {
 public:
  // The first directory is the page that libvips decodes. Big TIFF (43) has offsets and counts of eight bytes.
  explicit TiffDirectory(const ByteView& view) : view_(view), is_little_(view.is_at(0, "II")) {
    is_big_ = u16(2) == 43;
    start_ = is_big_ ? u64(8) : u32(4);
    count_ = is_big_ ? u64(start_) : u16(start_);
    start_ += is_big_ ? 8 : 2;
  }

  bool is_sound() const {
    return start_ > 4 && count_ > 0 && count_ <= most_entries && view_.has(start_, entry_bytes());
  }

  std::optional<std::uint64_t> find(TiffTag tag) const {
    for (std::uint64_t index = 0; index < count_; ++index) {
      const auto entry = start_ + index * entry_bytes();
      if (!view_.has(entry, entry_bytes())) break;
      if (u16(entry) == static_cast<std::uint16_t>(tag)) return first_value(entry);
    }
    return std::nullopt;
  }

 private:
  std::uint64_t entry_bytes() const { return is_big_ ? 20 : 12; }
  std::uint16_t u16(std::uint64_t offset) const {
    return is_little_ ? view_.u16_little(offset) : view_.u16_big(offset);
  }
  std::uint32_t u32(std::uint64_t offset) const {
    return is_little_ ? view_.u32_little(offset) : view_.u32_big(offset);
  }
  std::uint64_t u64(std::uint64_t offset) const {
    return is_little_ ? view_.u64_little(offset) : view_.u64_big(offset);
  }

  // Types: 1 byte, 3 short, 4 long, 16 long8. Values that do not fit into the entry lie elsewhere.
  std::optional<std::uint64_t> first_value(std::uint64_t entry) const {
    const auto type = u16(entry + 2);
    const auto count = is_big_ ? u64(entry + 4) : u32(entry + 4);
    const auto bytes = type == 1 ? 1U : type == 3 ? 2U : type == 4 ? 4U : type == 16 ? 8U : 0U;
    if (bytes == 0 || count == 0) return std::nullopt;
    const auto field = entry + (is_big_ ? 12 : 8);
    const auto room = is_big_ ? 8U : 4U;
    const auto offset = count > room / bytes ? (is_big_ ? u64(field) : u32(field)) : field;
    if (!view_.has(offset, bytes)) return std::nullopt;
    return bytes == 1 ? view_.u8(offset) : bytes == 2 ? u16(offset) : bytes == 4 ? u32(offset) : u64(offset);
  }

  const ByteView& view_;
  bool is_little_;
  bool is_big_ = false;
  std::uint64_t start_ = 0;
  std::uint64_t count_ = 0;
};

std::int32_t clamped(std::optional<std::uint64_t> value, std::uint64_t otherwise, std::uint64_t most) {
  return static_cast<std::int32_t>(std::min(value.value_or(otherwise), most));
}

// A whole strip is decoded at once, so a picture in one strip costs as much as its pixels. Of tiles, libvips keeps
// what a row of the picture runs through: tiles across the whole width.
std::int64_t largest_block_bytes(const TiffDirectory& directory, const PictureHeader& header) {
  constexpr std::uint64_t most_side = 1U << 30;
  const std::int64_t pixel_bytes = std::int64_t{header.channels} * std::max(header.bits_per_channel / 8, 1);
  if (const auto tile_width = directory.find(TiffTag::tile_width)) {
    const std::int64_t width = clamped(tile_width, 1, 1U << 20);
    const auto row_width = (std::max(header.size.width, 0) + width - 1) / width * width;
    return row_width * clamped(directory.find(TiffTag::tile_length), 1, 1U << 20) * pixel_bytes;
  }
  // Sides are not checked yet, and 2^31 of them with 512 bytes a pixel would be more than can be counted.
  constexpr std::int64_t beyond_every_limit = 1LL << 50;
  const std::int64_t rows = clamped(directory.find(TiffTag::rows_per_strip), most_side, most_side);
  const auto pixels = std::min<std::int64_t>(rows, header.size.height) * header.size.width;
  return std::min(pixels, beyond_every_limit) * pixel_bytes;
}

}  // namespace

core::Result<PictureHeader> read_tiff_header(const ByteView& view) {
  const TiffDirectory directory(view);
  if (!directory.is_sound()) return corrupt("The TIFF's first directory cannot be read");
  constexpr std::uint64_t most_side = INT32_MAX;
  PictureHeader header;
  header.size = {clamped(directory.find(TiffTag::image_width), 0, most_side),
                 clamped(directory.find(TiffTag::image_length), 0, most_side)};
  header.bits_per_channel = clamped(directory.find(TiffTag::bits_per_sample), 1, 64);
  header.channels = clamped(directory.find(TiffTag::samples_per_pixel), 1, 64);
  if (directory.find(TiffTag::photometric) == palette_photometric) header.channels = 4;
  if (header.channels < 1) return corrupt("The TIFF says that a pixel has no samples");
  for (const auto tag : {TiffTag::tile_width, TiffTag::tile_length, TiffTag::rows_per_strip})
    if (directory.find(tag) == 0U) return corrupt("The TIFF says that its strips or tiles have no pixels");
  header.largest_block_bytes = largest_block_bytes(directory, header);
  return header;
}

}  // namespace sightglass::imaging
