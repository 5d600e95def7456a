// Times and sizes as servers write them for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/time.hpp"

namespace sightglass::sources::http_index {

struct TimeInText {
  core::Instant at{};
  std::chrono::seconds precision{1};
  std::size_t begin = 0;  // where it stands in the text
  std::size_t end = 0;
};
// The first time in the text, in the forms of all servers we know of: 2025-03-27 21:52, 27-Mar-2025 21:52:58,
// 2025-Mar-27, 27Mar2025 21:52, Thu, 27 Mar 2025 21:52:58 GMT, Mar 27 2025, 3/27/2025 9:52 PM, 2025/3/27 21:52,
// 27.03.2025 21:52; in UTC unless it has an offset. A day and month that could be meant either way are none.
std::optional<TimeInText> find_time(std::string_view text);

enum class SizeKind : std::uint8_t { none, rounded, exact };
struct SizeInText {
  SizeKind kind = SizeKind::none;
  std::int64_t bytes = 0;  // of exact
  bool has_unit = false;   // "12 B"
};
// Of the text's first words: "5583698", "5,583,698", "12B", "1024 B" and "5 bytes" are exact, "1.0M" and "5452 kB" not.
SizeInText size_at_start(std::string_view text);
SizeInText size_at_end(std::string_view text);

}  // namespace sightglass::sources::http_index
