// Reads the lines of FTP listings: of MLSD (RFC 3659), and what LIST shows, which no standard says. All of it is
// outside text: a line that is not understood is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace sightglass::sources::ftp {

enum class EntryKind : std::uint8_t { file, folder, link, other };

struct Entry {
  EntryKind kind = EntryKind::other;
  std::string name{};  // as sent; any bytes but line breaks
  std::optional<std::int64_t> bytes{};
  // In UTC by MLSD; in the server's own time zone by LIST, which does not say which.
  std::optional<core::Instant> modified_at{};
  std::chrono::seconds precision{1};
};

// "type=file;size=12;modify=20261122101530.250; name". The directory itself and the one above it are none.
std::optional<Entry> parse_mlsd_line(std::string_view line);

// As `ls -l` shows it, in the forms that servers have for times, or as DOS and IIS do. `now` tells which year a time
// without one lies in: the latest that is not in the future.
std::optional<Entry> parse_list_line(std::string_view line, core::Instant now);

// "20261122101530", with or without a fraction: RFC 3659's time.
std::optional<core::Instant> parse_ftp_time(std::string_view text);

}  // namespace sightglass::sources::ftp
