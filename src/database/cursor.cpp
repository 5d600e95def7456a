#include "database/cursor.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sightglass::database {
namespace {

using Bytes30 = std::array<std::uint8_t, 30>;  // version 1, number 8, id 16, checksum 5: no base64 padding
constexpr std::uint8_t format_version = 1;
constexpr std::size_t checked_bytes = 25;
constexpr std::size_t text_length = 40;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// FNV-1a, 64 bits, of which 40 are kept.
std::uint64_t checksum_of(std::span<const std::uint8_t> bytes, std::string_view list) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  for (const char character : list) hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
  return hash ^ (hash >> 40);
}

void put_big_endian(std::span<std::uint8_t> out, std::uint64_t value) {
  for (std::size_t i = out.size(); i-- > 0; value >>= 8) out[i] = static_cast<std::uint8_t>(value);
}

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

void seal(Bytes30& bytes, std::string_view list) {
  put_big_endian(std::span(bytes).subspan(checked_bytes), checksum_of(std::span(bytes).first(checked_bytes), list));
}

std::string to_base64url(const Bytes30& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint64_t group = big_endian(std::span(bytes).subspan(i, 3));
    for (const int shift : {18, 12, 6, 0}) text += alphabet[(group >> shift) & 63];
  }
  return text;
}

std::optional<Bytes30> from_base64url(std::string_view text) {
  if (text.size() != text_length) return std::nullopt;
  Bytes30 bytes{};
  for (std::size_t i = 0; i < bytes.size() / 3; ++i) {
    std::uint64_t group = 0;
    for (const char character : text.substr(i * 4, 4)) {
      const auto digit = alphabet.find(character);
      if (digit == std::string_view::npos) return std::nullopt;
      group = (group << 6) | digit;
    }
    put_big_endian(std::span(bytes).subspan(i * 3, 3), group);
  }
  return bytes;
}

std::string_view list_of(photos::Sort sort) {
  switch (sort) {
    case photos::Sort::newest_taken: return "photos.newest_taken";
    case photos::Sort::oldest_taken: return "photos.oldest_taken";
    case photos::Sort::newest_uploaded: return "photos.newest_uploaded";
    case photos::Sort::oldest_uploaded: break;
  }
  return "photos.oldest_uploaded";
}

}  // namespace

std::string encode_cursor(std::string_view list, const CursorKey& key) {
  Bytes30 bytes{format_version};
  put_big_endian(std::span(bytes).subspan(1, 8), static_cast<std::uint64_t>(key.number));
  std::ranges::copy(key.id.bytes, bytes.begin() + 9);
  seal(bytes, list);
  return to_base64url(bytes);
}

core::Result<CursorKey> decode_cursor(std::string_view text, std::string_view list) {
  const auto bytes = from_base64url(text);
  if (bytes) {
    Bytes30 expected = *bytes;
    expected[0] = format_version;
    seal(expected, list);
    CursorKey key{.number = static_cast<std::int64_t>(big_endian(std::span(*bytes).subspan(1, 8)))};
    std::copy_n(bytes->begin() + 9, key.id.bytes.size(), key.id.bytes.begin());
    if (*bytes == expected) return key;
  }
  return core::fail(core::invalid_input(
      "cursor", "The cursor is not one that this list, in this order, gave out; begin again without one."));
}

std::string encode_cursor(photos::Sort sort, const photos::PageKey& key) {
  return encode_cursor(list_of(sort), {.number = core::to_micros(key.at), .id = key.id.value});
}

core::Result<photos::PageKey> decode_cursor(std::string_view text, photos::Sort sort) {
  SG_ASSIGN(const CursorKey key, decode_cursor(text, list_of(sort)));
  return photos::PageKey{.at = core::from_micros(key.number), .id = {key.id}};
}

}  // namespace sightglass::database
