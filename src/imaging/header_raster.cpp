// PNG, WebP and GIF: the formats whose size stands near the front, and what in a GIF can enlarge it.
#include <fmt/format.h>

#include <algorithm>

#include "imaging/header_readers.hpp"

namespace sightglass::imaging {

namespace {

// A side over 2^31 − 1 is forbidden by PNG; as a negative number it is refused as an impossible size.
std::int32_t side(std::uint32_t value) { return static_cast<std::int32_t>(value); }

// Channels after decoding by PNG colour type: grey, –, RGB, palette, grey + alpha, –, RGB + alpha.
constexpr std::int32_t png_channels[] = {1, 0, 3, 4, 2, 0, 4};

// RFC 6386, 9.1: a frame tag of three bytes, the start code, and sides of 14 bits with two of scaling above them.
// Without the start code the size stays empty, which is refused.
PictureHeader read_vp8(const ByteView& view, std::uint64_t chunk) {
  PictureHeader header;
  if (view.is_at(chunk + 3, "\x9D\x01\x2A")) {
    header.size = {view.u16_little(chunk + 6) & 0x3FFF, view.u16_little(chunk + 8) & 0x3FFF};
  }
  return header;
}

// A signature, then 14 bits each of width and height, both less one.
PictureHeader read_vp8_lossless(const ByteView& view, std::uint64_t chunk) {
  PictureHeader header;
  header.channels = 4;
  header.is_lossless = true;
  if (view.u8(chunk) != 0x2F) return header;
  const auto bits = view.u32_little(chunk + 1);
  header.size = {side((bits & 0x3FFF) + 1), side((bits >> 14 & 0x3FFF) + 1)};
  return header;
}

// RFC 9649, 2.7: flags for animation and alpha, whose pixels are held whole. Other chunks may stand before the frame.
bool holds_one_opaque_lossy_frame(const ByteView& view, std::uint64_t extended) {
  constexpr std::uint8_t animated_or_transparent = 0x02 | 0x10;
  constexpr int most_chunks = 64;
  if ((view.u8(extended) & animated_or_transparent) != 0) return false;
  auto chunk = extended + 10;
  for (int count = 0; count < most_chunks && view.has(chunk, 8); ++count) {
    if (view.is_at(chunk, "VP8 ")) return true;
    if (view.is_at(chunk, "VP8L")) return false;
    const std::uint64_t length = view.u32_little(chunk + 4);
    chunk += 8 + length + length % 2;
  }
  return false;
}

PictureHeader read_vp8_extended(const ByteView& view, std::uint64_t chunk) {
  PictureHeader header;
  header.channels = 4;
  header.is_lossless = !holds_one_opaque_lossy_frame(view, chunk);
  header.size = {side(view.u24_little(chunk + 4) + 1), side(view.u24_little(chunk + 7) + 1)};
  return header;
}

// Bytes of a GIF's colour table, as the flags before it say (GIF89a, 18 and 20).
std::uint64_t gif_table_bytes(std::uint8_t flags) { return (flags & 0x80) != 0 ? 3ULL << ((flags & 7) + 1) : 0; }

// Where the data that begins at `offset` ends: blocks with their length in front, the last one empty (GIF89a, 15).
// Past the end of the file everything reads as empty.
std::uint64_t after_gif_blocks(const ByteView& view, std::uint64_t offset) {
  while (const std::uint8_t length = view.u8(offset)) offset += length + std::uint64_t{1};
  return offset + 1;
}

// The logical screen, and whatever frames reach over it: libvips enlarges the canvas for them, and a file of 77 bytes
// had it ask for 17 GB.
core::Size gif_canvas(const ByteView& view) {
  core::Size canvas{view.u16_little(6), view.u16_little(8)};
  std::uint64_t offset = 13 + gif_table_bytes(view.u8(10));
  while (true) {
    if (view.u8(offset) == 0x21) {  // an extension and its label
      offset = after_gif_blocks(view, offset + 2);
    } else if (view.u8(offset) == 0x2C) {  // a frame: place, size, flags, colours, the codes' width, the codes
      canvas.width = std::max(canvas.width, view.u16_little(offset + 1) + view.u16_little(offset + 5));
      canvas.height = std::max(canvas.height, view.u16_little(offset + 3) + view.u16_little(offset + 7));
      offset = after_gif_blocks(view, offset + 11 + gif_table_bytes(view.u8(offset + 9)));
    } else {
      return canvas;
    }
  }
}

}  // namespace

core::Result<PictureHeader> read_png_header(const ByteView& view) {
  if (!view.is_at(12, "IHDR") || !view.has(16, 13)) return corrupt("The PNG does not begin with its header");
  const auto colour_type = view.u8(25);
  if (colour_type > 6 || png_channels[colour_type] == 0) {
    return corrupt(fmt::format("The PNG's header names the unknown colour type {}", colour_type));
  }
  PictureHeader header;
  header.size = {side(view.u32_big(16)), side(view.u32_big(20))};
  // Fewer bits are widened to eight while decoding.
  header.bits_per_channel = view.u8(24) == 16 ? 16 : 8;
  header.channels = png_channels[colour_type];
  // Interlaced rows come in seven passes, so that no row is whole before the last of them.
  header.needs_whole_picture = view.u8(28) != 0;
  return header;
}

core::Result<PictureHeader> read_webp_header(const ByteView& view) {
  constexpr std::uint64_t chunk = 20;
  if (!view.has(chunk, 10)) return corrupt("The WebP ends before its size");
  if (view.is_at(12, "VP8 ")) return read_vp8(view, chunk);
  if (view.is_at(12, "VP8L")) return read_vp8_lossless(view, chunk);
  if (view.is_at(12, "VP8X")) return read_vp8_extended(view, chunk);
  return corrupt("The WebP holds no picture");
}

core::Result<PictureHeader> read_gif_header(const ByteView& view) {
  if (!view.has(0, 13)) return corrupt("The GIF ends before its size");
  PictureHeader header;
  header.size = gif_canvas(view);
  header.channels = 4;
  return header;
}

}  // namespace sightglass::imaging
