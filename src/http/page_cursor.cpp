#include "http/page_cursor.hpp"

#include <array>
#include <cstdint>

namespace sightglass::http {
namespace {

// RFC 4648, section 5, without padding.
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      text += alphabet[(bits >> held) & 63U];
    }
  }
  if (held > 0) text += alphabet[(bits << (6 - held)) & 63U];
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> held) & 255U);
  }
  return bytes;
}

}  // namespace

std::string id_cursor(std::string_view list, std::string_view key) {
  std::string plain(list);
  plain += ':';
  plain += key;
  return to_base64url(plain);
}

core::Result<std::string> read_id_cursor(std::string_view list, std::string_view cursor) {
  auto plain = from_base64url(cursor);
  const bool is_ours = plain && plain->size() > list.size() && plain->starts_with(list) && (*plain)[list.size()] == ':';
  // Only the one spelling that was given out passes: stray bits at the end would make several of one.
  if (!is_ours || to_base64url(*plain) != cursor) return core::fail(bad_cursor());
  return plain->substr(list.size() + 1);
}

}  // namespace sightglass::http
