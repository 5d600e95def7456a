#include "unit/imaging/container_patches.hpp"

#include <cstddef>
#include <cstdint>

namespace sightglass::imaging::test {

namespace {

using namespace std::string_literals;

std::uint32_t number(const std::string& bytes, std::size_t at, std::size_t width) {
  std::uint32_t value = 0;
  for (std::size_t index = 0; index < width; ++index)
    value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + index));
  return value;
}

void set_u32(std::string& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t index = 0; index < 4; ++index) bytes.at(at + index) = static_cast<char>(value >> (24 - 8 * index));
}

std::string u32(std::uint32_t value) {
  std::string bytes(4, '\0');
  set_u32(bytes, 0, value);
  return bytes;
}

// CRC-32 of ISO 3309, bit by bit.
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t sum = ~0U;
  for (const char letter : bytes) {
    sum ^= static_cast<std::uint8_t>(letter);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (0xEDB88320U & (0U - (sum & 1)));
  }
  return ~sum;
}

// Where the box of this type starts; its first mention is the box itself in files as small as the tests'.
std::size_t box_at(const std::string& heif, std::string_view type) { return heif.find(type) - 4; }

void grow(std::string& heif, std::string_view type, std::uint32_t by) {
  const auto at = box_at(heif, type);
  set_u32(heif, at, number(heif, at, 4) + by);
}

// Items that lie behind `meta` move with it; those inside it (construction method 1) do not.
void move_items(std::string& heif, std::uint32_t by) {
  const auto box = box_at(heif, "iloc");
  // Version 0 has no construction method; the rest is id, reference: 2 each; base 4; one extent: 2 + 4 + 4.
  const std::size_t method_bytes = number(heif, box + 8, 1) == 0 ? 0 : 2;
  const auto items = number(heif, box + 14, 2);
  for (std::size_t index = 0; index < items; ++index) {
    const auto item = box + 16 + index * (18 + method_bytes);
    if (method_bytes > 0 && number(heif, item + 2, 2) != 0) continue;
    const auto base = item + 4 + method_bytes;
    set_u32(heif, base, number(heif, base, 4) + by);
  }
}

// The end of the primary item's associations, after their count was raised.
std::size_t raise_associations(std::string& heif) {
  const auto primary = number(heif, box_at(heif, "pitm") + 12, 2);
  auto at = box_at(heif, "ipma") + 16;
  while (number(heif, at, 2) != primary) at += 3 + number(heif, at + 2, 1);
  const auto count = number(heif, at + 2, 1);
  heif.at(at + 2) = static_cast<char>(count + 1);
  return at + 3 + count;
}

std::uint8_t count_properties(const std::string& heif) {
  const auto box = box_at(heif, "ipco");
  std::uint8_t count = 0;
  for (auto at = box + 8; at < box + number(heif, box, 4); at += number(heif, at, 4)) ++count;
  return count;
}

}  // namespace

std::string with_exif_chunk(std::string png, core::Orientation orientation, ChunkPlace place) {
  // One directory of one entry: tag 0x0112, SHORT, one value (TIFF 6.0, section 2).
  const auto exif =
      "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + static_cast<char>(orientation) + "\0\0\0\0\0\0"s;
  const auto body = "eXIf" + exif;
  const auto chunk = u32(static_cast<std::uint32_t>(exif.size())) + body + u32(checksum(body));
  constexpr std::size_t behind_header = 33;  // signature and IHDR
  return png.insert(place == ChunkPlace::before_pixels ? behind_header : png.rfind("IEND") - 4, chunk);
}

std::string with_rotation(std::string heif, int quarter_turns) {
  constexpr std::uint32_t property_bytes = 9;
  const auto property = static_cast<char>(0x80 | (count_properties(heif) + 1));  // the top bit says essential
  move_items(heif, property_bytes + 1);
  // From the back, so that positions found stay true.
  heif.insert(raise_associations(heif), 1, property);
  grow(heif, "ipma", 1);
  const auto properties = box_at(heif, "ipco");
  heif.insert(properties + number(heif, properties, 4),
              u32(property_bytes) + "irot" + static_cast<char>(quarter_turns));
  grow(heif, "ipco", property_bytes);
  grow(heif, "iprp", property_bytes + 1);
  grow(heif, "meta", property_bytes + 1);
  return heif;
}

}  // namespace sightglass::imaging::test
