// Points in time as UTC microseconds, and the text forms the product uses for them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::core {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// Where the current time comes from. Tests pass a manual clock. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

inline std::int64_t to_micros(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant from_micros(std::int64_t micros) { return Instant{std::chrono::microseconds{micros}}; }

// "2026-11-21T04:12:33.123456Z"; six decimals always, so that text order is time order.
std::string to_iso8601(Instant instant);
std::array<char, 27> iso8601_characters(Instant instant);  // the same without memory of its own
// ISO 8601 / RFC 3339: a date, or date and time with 'T' or ' ', 0–9 decimals, "Z" or "±hh:mm" or nothing
// (then UTC). nullopt for anything else, or outside years 1–9999.
std::optional<Instant> parse_iso8601(std::string_view text);
// "20261121_041233" (UTC), the part of file names that says when.
std::string to_compact(Instant instant);
// "Sat, 21 Nov 2026 04:12:33 GMT" (RFC 9110, section 5.6.7).
std::string to_http_date(Instant instant);
std::optional<Instant> parse_http_date(std::string_view text);

}  // namespace sightglass::core
