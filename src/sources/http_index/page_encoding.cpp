#include <algorithm>
#include <cstdint>

#include "sources/http_index/html_rows.hpp"

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

void append_utf8(std::string& text, std::uint32_t point) {
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0 | point >> 6);
    text += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0 | point >> 12);
    text += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | point >> 18);
    text += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (point & 0x3f));
  }
}

enum class Encoding : std::uint8_t { bytes, utf16_little, utf16_big };

bool says_utf16(string_view content_type) {
  std::string small(content_type);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return small.contains("utf-16");
}

Encoding encoding_of(string_view page, string_view content_type) {
  if (page.starts_with("\xff\xfe")) return Encoding::utf16_little;
  if (page.starts_with("\xfe\xff")) return Encoding::utf16_big;
  if (page.size() < 2) return Encoding::bytes;
  // Without a mark: a page begins with '<', '[' or a blank, which all are one byte with a zero beside it.
  if (page[1] == '\0' && page[0] != '\0') return Encoding::utf16_little;
  if (page[0] == '\0' && page[1] != '\0') return Encoding::utf16_big;
  return says_utf16(content_type) && page.size() % 2 == 0 && page.contains('\0') ? Encoding::utf16_big
                                                                                 : Encoding::bytes;
}

std::string from_utf16(string_view page, bool is_big) {
  const auto unit_at = [&](std::size_t at) -> std::uint32_t {
    const auto first = static_cast<unsigned char>(page[at]);
    const auto second = static_cast<unsigned char>(page[at + 1]);
    return is_big ? static_cast<std::uint32_t>(first << 8 | second) : static_cast<std::uint32_t>(second << 8 | first);
  };
  std::string text;
  for (std::size_t at = 0; at + 1 < page.size(); at += 2) {
    auto point = unit_at(at);
    const bool is_high = point >= 0xd800 && point < 0xdc00 && at + 3 < page.size();
    if (is_high && unit_at(at + 2) >= 0xdc00 && unit_at(at + 2) < 0xe000) {
      point = 0x10000 + ((point - 0xd800) << 10) + (unit_at(at + 2) - 0xdc00);
      at += 2;
    }
    const bool is_alone = point >= 0xd800 && point < 0xe000;
    if (point != 0xfeff) append_utf8(text, is_alone ? 0xfffd : point);
  }
  return text;
}

// How many bytes of well-formed UTF-8 (RFC 3629) begin here; 0: none.
std::size_t sequence_at(string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const auto first = byte(at);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return follows(at + 1) ? 2 : 0;
  if ((first & 0xf0) == 0xe0) {
    const bool is_odd = (first == 0xe0 && byte(at + 1) < 0xa0) || (first == 0xed && byte(at + 1) >= 0xa0);
    return !is_odd && follows(at + 1) && follows(at + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first < 0xf5) {
    const bool is_odd = (first == 0xf0 && byte(at + 1) < 0x90) || (first == 0xf4 && byte(at + 1) >= 0x90);
    return !is_odd && follows(at + 1) && follows(at + 2) && follows(at + 3) ? 4 : 0;
  }
  return 0;
}

std::string with_odd_bytes_encoded(string_view page) {
  constexpr string_view digits = "0123456789ABCDEF";
  std::string text;
  text.reserve(page.size());
  for (std::size_t at = 0; at < page.size();) {
    const auto length = page[at] == '\0' ? 0 : sequence_at(page, at);
    if (length > 0) {
      text.append(page.substr(at, length));
      at += length;
      continue;
    }
    const auto byte = static_cast<unsigned char>(page[at++]);
    text += '%';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace

std::string to_readable(string_view page, string_view content_type) {
  constexpr string_view mark = "\xef\xbb\xbf";
  if (page.starts_with(mark)) page.remove_prefix(mark.size());
  switch (encoding_of(page, content_type)) {
    case Encoding::utf16_little: return with_odd_bytes_encoded(from_utf16(page, false));
    case Encoding::utf16_big: return with_odd_bytes_encoded(from_utf16(page, true));
    case Encoding::bytes: break;
  }
  return with_odd_bytes_encoded(page);
}

}  // namespace sightglass::sources::http_index
