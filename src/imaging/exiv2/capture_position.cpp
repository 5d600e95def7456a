#include "imaging/exiv2/capture_position.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace sightglass::imaging::exiv2 {
namespace {

// Above the orbit of positioning satellites and below the centre of the earth nothing is photographed.
constexpr double highest_altitude = 50'000'000;
constexpr double lowest_altitude = -12'000;

// One of the two coordinates: where its three numbers stand, and the letter of its hemisphere.
struct Axis {
  const char* numbers;
  const char* reference;
  const char* xmp;
  char positive;
  char negative;
  double limit;
};
constexpr Axis latitude{
    "Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef", "Xmp.exif.GPSLatitude", 'N', 'S', 90};
constexpr Axis longitude{
    "Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef", "Xmp.exif.GPSLongitude", 'E', 'W', 180};

std::optional<double> within(std::optional<double> value, double limit) {
  if (!value || !(std::abs(*value) <= limit)) return std::nullopt;
  return value;
}

// Degrees, minutes and seconds; each may carry the fraction (CIPA DC-008, 4.6.6.A). Fewer than three are read as
// written, but one that is there with a zero denominator makes the whole unknown.
std::optional<double> degrees(const Fields& fields, const char* key) {
  const auto count = exif_count(fields, key);
  if (count < 1 || count > 3) return std::nullopt;
  double sum = 0;
  double unit = 1;
  for (std::size_t i = 0; i < count; ++i, unit /= 60) {
    const auto part = exif_number(fields, key, i);
    if (!part || *part < 0) return std::nullopt;
    sum += *part * unit;
  }
  return sum;
}

std::optional<double> exif_coordinate(const Fields& fields, const Axis& axis) {
  const auto reference = exif_text(fields, axis.reference);
  const auto value = degrees(fields, axis.numbers);
  if (!value || reference.empty()) return std::nullopt;
  const auto letter = static_cast<char>(reference.front() & ~0x20);  // some writers use lower case
  if (letter == axis.positive) return within(value, axis.limit);
  if (letter == axis.negative) return within(-*value, axis.limit);
  return std::nullopt;
}

std::optional<double> xmp_coordinate(const Fields& fields, const Axis& axis) {
  return within(parse_xmp_coordinate(xmp_text(fields, axis.xmp), axis.positive, axis.negative), axis.limit);
}

std::optional<double> sound_altitude(std::optional<double> metres, bool is_below) {
  if (!metres) return std::nullopt;
  const auto altitude = is_below ? -std::abs(*metres) : *metres;
  if (!(altitude >= lowest_altitude && altitude <= highest_altitude)) return std::nullopt;
  return altitude;
}

std::optional<double> exif_altitude(const Fields& fields) {
  // 1 is "below sea level"; 3 says the same against the ellipsoid (Exif 3.0).
  const auto reference = exif_number(fields, "Exif.GPSInfo.GPSAltitudeRef").value_or(0);
  return sound_altitude(exif_number(fields, "Exif.GPSInfo.GPSAltitude"), reference == 1 || reference == 3);
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> xmp_altitude(const Fields& fields) {
  const auto text = xmp_text(fields, "Xmp.exif.GPSAltitude");
  const auto slash = std::min(text.find('/'), text.size());
  auto metres = number_of(std::string_view(text).substr(0, slash));
  if (metres && slash < text.size()) {
    const auto denominator = number_of(std::string_view(text).substr(slash + 1));
    if (!denominator || *denominator == 0) return std::nullopt;
    *metres /= *denominator;
  }
  return sound_altitude(metres, xmp_text(fields, "Xmp.exif.GPSAltitudeRef") == "1");
}

}  // namespace

std::optional<double> parse_xmp_coordinate(std::string_view text, char positive, char negative) {
  text = trimmed(text);
  if (text.empty() || (text.back() != positive && text.back() != negative)) return std::nullopt;
  const double sign = text.back() == positive ? 1 : -1;
  text.remove_suffix(1);
  double sum = 0;
  double unit = 1;
  for (int part = 0; part < 3; ++part, unit /= 60) {
    const auto comma = std::min(text.find(','), text.size());
    const auto value = number_of(text.substr(0, comma));
    if (!value || *value < 0) return std::nullopt;
    sum += *value * unit;
    if (comma == text.size()) return sign * sum;
    text.remove_prefix(comma + 1);
  }
  return std::nullopt;
}

std::optional<core::GeoPosition> read_position(const Fields& fields) {
  const auto north = exif_coordinate(fields, latitude);
  const auto east = exif_coordinate(fields, longitude);
  if (north && east) return core::GeoPosition{*north, *east, exif_altitude(fields)};
  const auto xmp_north = xmp_coordinate(fields, latitude);
  const auto xmp_east = xmp_coordinate(fields, longitude);
  if (xmp_north && xmp_east) return core::GeoPosition{*xmp_north, *xmp_east, xmp_altitude(fields)};
  return std::nullopt;
}

}  // namespace sightglass::imaging::exiv2
