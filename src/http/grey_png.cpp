#include "http/grey_png.hpp"

#include <zlib.h>

#include <new>
#include <string_view>

namespace sightglass::http {
namespace {

constexpr int level = 6;  // maps are smooth: a hundredth of their size in a millisecond

void append_32(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

// Section 5.3: length, type, data, and a CRC over the type and the data.
void append_chunk(std::string& out, std::string_view type, std::string_view data) {
  append_32(out, static_cast<std::uint32_t>(data.size()));
  const auto start = out.size();
  out.append(type).append(data);
  const auto covered = std::string_view(out).substr(start);
  append_32(out, static_cast<std::uint32_t>(::crc32(0, bytes_of(covered), static_cast<uInt>(covered.size()))));
}

std::string deflated(std::string_view bytes) {
  uLongf length = ::compressBound(static_cast<uLong>(bytes.size()));
  std::string packed(length, '\0');
  // With room for the bound it fails for want of memory alone.
  if (::compress2(reinterpret_cast<Bytef*>(packed.data()), &length, bytes_of(bytes), static_cast<uLong>(bytes.size()),
                  level) != Z_OK)
    throw std::bad_alloc();
  packed.resize(length);
  return packed;
}

}  // namespace

std::string grey_png(core::Size size, std::span<const std::uint8_t> pixels) {
  const auto width = static_cast<std::size_t>(size.width);
  std::string rows;
  rows.reserve((width + 1) * static_cast<std::size_t>(size.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(size.height); ++y) {
    rows += '\2';  // filter "up" (section 9.2): neighbours below each other differ least
    for (std::size_t x = 0; x < width; ++x) {
      const unsigned above = y == 0 ? 0U : pixels[(y - 1) * width + x];
      rows += static_cast<char>((pixels[y * width + x] - above) & 0xffU);
    }
  }
  std::string head;
  append_32(head, static_cast<std::uint32_t>(size.width));
  append_32(head, static_cast<std::uint32_t>(size.height));
  head.append("\x08\0\0\0\0", 5);  // 8 bit, grey, deflate, adaptive filters, not interlaced
  std::string png("\x89PNG\r\n\x1a\n", 8);
  append_chunk(png, "IHDR", head);
  append_chunk(png, "IDAT", deflated(rows));
  append_chunk(png, "IEND", {});
  return png;
}

}  // namespace sightglass::http
