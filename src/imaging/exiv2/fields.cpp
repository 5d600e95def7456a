#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

constexpr std::size_t longest_text = 1024;  // bytes; no honest make, model or date comes near

const Exiv2::Exifdatum* find(const Fields& fields, const char* key) {
  const auto found = fields.exif.findKey(Exiv2::ExifKey(key));
  return found == fields.exif.end() ? nullptr : &*found;
}

// exiv2's own conversions give 0 for a zero denominator, which would read as a real position or exposure.
template <typename RationalValue>
std::optional<double> rational(const Exiv2::Value& value, std::size_t n) {
  const auto* rationals = dynamic_cast<const RationalValue*>(&value);
  if (rationals == nullptr || n >= rationals->value_.size()) return std::nullopt;
  const auto [numerator, denominator] = rationals->value_[n];
  if (denominator == 0) return std::nullopt;
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

bool is_blank(char c) { return c == ' ' || c == '\0' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string exif_text(const Fields& fields, const char* key) {
  const auto* datum = find(fields, key);
  if (datum == nullptr || static_cast<std::size_t>(datum->size()) > longest_text) return {};
  const auto text = datum->toString();
  // A text field ends at its first NUL; some cameras leave old memory behind it.
  return std::string(trimmed(std::string_view(text).substr(0, text.find('\0'))));
}

std::string xmp_text(const Fields& fields, const char* key) {
  // A key of a name space that no file has used yet is unknown to the library, and throws.
  const auto found = fields.xmp.findKey(Exiv2::XmpKey(key));
  if (found == fields.xmp.end()) return {};
  const auto text = found->count() > 0 ? found->toString(0) : found->toString();
  if (text.size() > longest_text) return {};
  return std::string(trimmed(text));
}

std::optional<double> exif_number(const Fields& fields, const char* key, std::size_t n) {
  const auto* datum = find(fields, key);
  if (datum == nullptr || n >= static_cast<std::size_t>(datum->count())) return std::nullopt;
  switch (datum->typeId()) {
    case Exiv2::unsignedRational: return rational<Exiv2::URationalValue>(datum->value(), n);
    case Exiv2::signedRational: return rational<Exiv2::RationalValue>(datum->value(), n);
    case Exiv2::unsignedByte:
    case Exiv2::unsignedShort:
    case Exiv2::unsignedLong:
    case Exiv2::signedByte:
    case Exiv2::signedShort:
    case Exiv2::signedLong: return static_cast<double>(datum->toLong(static_cast<long>(n)));
    default: return std::nullopt;
  }
}

std::size_t exif_count(const Fields& fields, const char* key) {
  const auto* datum = find(fields, key);
  return datum == nullptr ? 0 : static_cast<std::size_t>(datum->count());
}

}  // namespace sightglass::imaging::exiv2
