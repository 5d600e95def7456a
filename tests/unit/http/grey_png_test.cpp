#include "http/grey_png.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <vector>

namespace sightglass::http {
namespace {

std::uint32_t read_32(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return number;
}

struct Chunk {
  std::string type;
  std::string data;
};

// Every chunk behind the signature, with its CRC checked.
std::vector<Chunk> chunks_of(std::string_view png) {
  std::vector<Chunk> chunks;
  EXPECT_EQ(png.substr(0, 8), std::string_view("\x89PNG\r\n\x1a\n"));
  for (std::size_t at = 8; at < png.size();) {
    const auto length = read_32(png, at);
    const auto covered = png.substr(at + 4, length + 4);
    const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
    EXPECT_EQ(read_32(png, at + 8 + length), sum);
    chunks.push_back({std::string(covered.substr(0, 4)), std::string(covered.substr(4))});
    at += length + 12;
  }
  return chunks;
}

TEST(GreyPng, holds_the_pixels_it_was_given) {
  const core::Size size{7, 5};
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 35; ++i) pixels.push_back(static_cast<std::uint8_t>(i * 67));
  const auto chunks = chunks_of(grey_png(size, pixels));
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0].type + chunks[1].type + chunks[2].type, "IHDRIDATIEND");
  EXPECT_EQ(read_32(chunks[0].data, 0), 7U);
  EXPECT_EQ(read_32(chunks[0].data, 4), 5U);
  EXPECT_EQ(chunks[0].data.substr(8), std::string("\x08\0\0\0\0", 5));
  std::vector<std::uint8_t> rows(40);
  uLongf length = rows.size();
  ASSERT_EQ(::uncompress(rows.data(), &length, reinterpret_cast<const Bytef*>(chunks[1].data.data()),
                         static_cast<uLong>(chunks[1].data.size())),
            Z_OK);
  ASSERT_EQ(length, rows.size());
  for (std::size_t y = 0; y < 5; ++y) {
    ASSERT_EQ(rows[y * 8], 2) << "each row says how far it is from the one above";
    for (std::size_t x = 0; x < 7; ++x) {
      const unsigned above = y == 0 ? 0U : pixels[(y - 1) * 7 + x];
      EXPECT_EQ((rows[y * 8 + 1 + x] + above) & 0xffU, pixels[y * 7 + x]);
    }
  }
}

TEST(GreyPng, may_be_one_pixel) {
  const std::vector<std::uint8_t> pixel{255};
  EXPECT_EQ(chunks_of(grey_png({1, 1}, pixel)).size(), 3U);
}

}  // namespace
}  // namespace sightglass::http
