#include "imaging/exiv2/capture_time.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

namespace sightglass::imaging::exiv2 {
namespace {

namespace chrono = std::chrono;

constexpr int oldest_year = 1826;
constexpr int newest_year = 9998;  // an offset must not lead to a year of five digits

// Reads digits and separators from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(trimmed(text)) {}

  // Exactly `digits` decimal digits.
  std::optional<int> number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return std::nullopt;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + digits, value);
    if (error != std::errc{} || end != rest_.data() + digits || value < 0) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }
  bool any_of(std::string_view separators) {
    if (rest_.empty() || separators.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // The digits here as a fraction of a second; more than six are cut.
  chrono::microseconds fraction() {
    std::int64_t micros = 0;
    std::int64_t weight = 100'000;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      micros += (rest_.front() - '0') * weight;
      weight /= 10;
      rest_.remove_prefix(1);
    }
    return chrono::microseconds{micros};
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// EXIF wants colons; cameras and editors write the others too.
std::optional<chrono::local_days> parse_date(Scanner& scanner) {
  const auto year = scanner.number(4);
  if (!year || *year < oldest_year || *year > newest_year || !scanner.any_of(":-/.")) return std::nullopt;
  const auto month = scanner.number(2);
  if (!month || !scanner.any_of(":-/.")) return std::nullopt;
  const auto day = scanner.number(2);
  if (!day) return std::nullopt;
  const chrono::year_month_day date{chrono::year{*year}, chrono::month{static_cast<unsigned>(*month)},
                                    chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return chrono::local_days{date};
}

std::optional<chrono::microseconds> parse_time_of_day(Scanner& scanner) {
  const auto hour = scanner.number(2);
  if (!hour || *hour > 23 || !scanner.any_of(":")) return std::nullopt;
  const auto minute = scanner.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  chrono::microseconds time = chrono::hours{*hour} + chrono::minutes{*minute};
  if (!scanner.any_of(":")) return time;  // XMP may stop at minutes
  const auto second = scanner.number(2);
  if (!second || *second > 59) return std::nullopt;
  time += chrono::seconds{*second};
  if (scanner.any_of(".,")) time += scanner.fraction();
  return time;
}

void store(const ClockReading& reading, core::TakenSource source, core::CaptureMetadata& metadata) {
  const chrono::minutes east{reading.offset_minutes.value_or(0)};
  metadata.taken_at = core::Instant{reading.shown.time_since_epoch() - east};
  metadata.taken_offset_minutes = reading.offset_minutes;
  metadata.taken_source = source;
  // The camera's clock as a wall clock: the date and time to the second, without an offset.
  metadata.taken_local = core::to_iso8601(core::Instant{reading.shown.time_since_epoch()}).substr(0, 19);
}

struct ExifTimeKeys {
  const char* time;
  const char* fraction;
  const char* offset;
};

constexpr std::array exif_times{
    ExifTimeKeys{"Exif.Photo.DateTimeOriginal", "Exif.Photo.SubSecTimeOriginal", "Exif.Photo.OffsetTimeOriginal"},
    // TIFF/EP and DNG keep it in the first directory (ISO 12234-2).
    ExifTimeKeys{"Exif.Image.DateTimeOriginal", "Exif.Photo.SubSecTimeOriginal", "Exif.Photo.OffsetTimeOriginal"},
    ExifTimeKeys{"Exif.Photo.DateTimeDigitized", "Exif.Photo.SubSecTimeDigitized", "Exif.Photo.OffsetTimeDigitized"}};

std::optional<ClockReading> exif_time(const Fields& fields, const ExifTimeKeys& keys) {
  auto reading = parse_clock(exif_text(fields, keys.time));
  if (!reading) return std::nullopt;
  // Some editors write the fraction into the time itself.
  const auto has_fraction = reading->shown.time_since_epoch() % chrono::seconds{1} != chrono::microseconds{0};
  if (!has_fraction) reading->shown += Scanner(exif_text(fields, keys.fraction)).fraction();
  if (!reading->offset_minutes) reading->offset_minutes = parse_offset(exif_text(fields, keys.offset));
  return reading;
}

// The receiver's own clock: hour, minute, second as three rationals, and the date as text, both UTC.
std::optional<ClockReading> gps_time(const Fields& fields) {
  const auto hour = exif_number(fields, "Exif.GPSInfo.GPSTimeStamp", 0);
  const auto minute = exif_number(fields, "Exif.GPSInfo.GPSTimeStamp", 1);
  const auto second = exif_number(fields, "Exif.GPSInfo.GPSTimeStamp", 2);
  auto reading = parse_clock(exif_text(fields, "Exif.GPSInfo.GPSDateStamp"));
  if (!reading || !hour || !minute || !second) return std::nullopt;
  const bool is_sound = *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60 && *second >= 0 && *second < 60;
  if (!is_sound) return std::nullopt;
  const auto seconds = *hour * 3600 + *minute * 60 + *second;
  reading->shown += chrono::microseconds{std::llround(seconds * 1e6)};
  reading->offset_minutes = 0;
  return reading;
}

}  // namespace

std::optional<std::int32_t> parse_offset(std::string_view text) {
  Scanner scanner(text);
  if (scanner.rest() == "Z") return 0;
  const bool is_west = scanner.rest().starts_with('-');
  if (!scanner.any_of("+-")) return std::nullopt;
  const auto hours = scanner.number(2);
  scanner.any_of(":");
  const auto minutes = scanner.number(2);
  if (!hours || !minutes || *hours > 15 || *minutes > 59 || !scanner.rest().empty()) return std::nullopt;
  const auto east = *hours * 60 + *minutes;
  return is_west ? -east : east;
}

std::optional<ClockReading> parse_clock(std::string_view text) {
  Scanner scanner(text);
  const auto date = parse_date(scanner);
  if (!date) return std::nullopt;
  ClockReading reading{.shown = *date};
  if (!scanner.any_of(" T")) return reading;
  const auto time = parse_time_of_day(scanner);
  if (!time) return std::nullopt;
  reading.shown += *time;
  reading.offset_minutes = parse_offset(scanner.rest());
  return reading;
}

void read_capture_time(const Fields& fields, core::CaptureMetadata& metadata) {
  for (const auto& keys : exif_times) {
    if (const auto reading = exif_time(fields, keys)) return store(*reading, core::TakenSource::exif, metadata);
  }
  for (const auto* key :
       {"Xmp.exif.DateTimeOriginal", "Xmp.photoshop.DateCreated", "Xmp.exif.DateTimeDigitized", "Xmp.xmp.CreateDate"}) {
    if (const auto reading = parse_clock(xmp_text(fields, key))) {
      return store(*reading, core::TakenSource::xmp, metadata);
    }
  }
  if (const auto reading = gps_time(fields)) store(*reading, core::TakenSource::gps, metadata);
}

}  // namespace sightglass::imaging::exiv2
