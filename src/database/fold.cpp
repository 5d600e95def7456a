#include "database/fold.hpp"

#include <locale.h>
#include <wctype.h>

#include <cstdint>

namespace sightglass::database {
namespace {

// Made once and never freed: it must outlive every thread that searches.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x800) {
    out += static_cast<char>(0xc0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xe0 | (point >> 12));
    } else {
      out += static_cast<char>(0xf0 | (point >> 18));
      out += static_cast<char>(0x80 | ((point >> 12) & 0x3f));
    }
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
  }
  out += static_cast<char>(0x80 | (point & 0x3f));
}

// The length of the sequence at the start of `text` and its code point; length 0 when it is no valid sequence.
struct Decoded {
  std::size_t length = 0;
  std::uint32_t point = 0;
};
Decoded decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length == 0 || length > text.size()) return {};
  std::uint32_t point = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return {};
    point = (point << 6) | (byte & 0x3fU);
  }
  return {length, point};
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char first = text[0];
    const Decoded decoded = static_cast<unsigned char>(first) < 0x80 ? Decoded{} : decode(text);
    const std::uint32_t lower =
        decoded.length == 0
            ? 0
            : static_cast<std::uint32_t>(towlower_l(static_cast<wint_t>(decoded.point), unicode_locale()));
    if (decoded.length == 0)
      out += first >= 'A' && first <= 'Z' ? static_cast<char>(first + 32) : first;
    else if (lower < 0x80)  // the Kelvin sign and the like
      out += static_cast<char>(lower);
    else
      append_utf8(out, lower);
    text.remove_prefix(decoded.length == 0 ? 1 : decoded.length);
  }
  return out;
}

}  // namespace sightglass::database
