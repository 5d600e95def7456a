#include "storage/s3/s3_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "storage/blob_store.hpp"

namespace sightglass::storage::s3 {
namespace {

constexpr std::size_t offset_digits = 15;  // a petabyte: equal lengths, so that text order is the order of offsets

// How many bytes the character at the front takes, 0 when it is none (RFC 3629, section 4).
std::size_t character_length(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80; };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool is_overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool is_surrogate = first == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_overlong = first == 0xF0 && byte(1) < 0x90;
    const bool is_beyond = first == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !is_overlong && !is_beyond ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

core::Result<void> check_key(std::string_view key) {
  if (is_valid_key(key) && is_utf8(key) && !parse_piece(key)) return {};
  return core::fail(core::invalid_input("key", "This is no key of the store."));
}

std::string piece_key(std::string_view key, std::int64_t offset) {
  return fmt::format("{}/{:0{}}", key, offset, offset_digits);
}

std::optional<PieceName> parse_piece(std::string_view key) {
  const auto slash = key.rfind('/');
  if (slash == std::string_view::npos || !is_resumable(key.substr(0, slash))) return std::nullopt;
  const auto digits = key.substr(slash + 1);
  const bool is_number = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (digits.size() != offset_digits || !is_number) return std::nullopt;
  PieceName piece{.key = key.substr(0, slash)};
  std::from_chars(digits.data(), digits.data() + digits.size(), piece.offset);
  return piece;
}

}  // namespace sightglass::storage::s3
