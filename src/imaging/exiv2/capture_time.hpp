// When the picture was taken, from the best of the fields that say so.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/photo.hpp"
#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {

// What a camera's clock showed, and how far east of UTC it stood if it said so.
struct ClockReading {
  std::chrono::local_time<std::chrono::microseconds> shown{};
  std::optional<std::int32_t> offset_minutes{};
};

// EXIF's "2017:10:03 10:58:29" (CIPA DC-008, 4.6.5.C) and XMP's ISO 8601 with optional time, fraction and offset.
// nullopt for blanks, zeros, month 13, hour 25, the year 9999, and years before 1826, that of the oldest photograph.
std::optional<ClockReading> parse_clock(std::string_view text);
// "+09:00", "-0330", "Z" to minutes; nullopt for blanks and anything beyond ±15:59.
std::optional<std::int32_t> parse_offset(std::string_view text);

// Sets taken_at, taken_local, taken_offset_minutes and taken_source, in this order of trust: DateTimeOriginal,
// DateTimeDigitized, XMP, the GPS receiver's date and time (which are UTC). Leaves them alone when none is sound.
void read_capture_time(const Fields& fields, core::CaptureMetadata& metadata);

}  // namespace sightglass::imaging::exiv2
