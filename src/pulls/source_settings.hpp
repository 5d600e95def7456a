// What people set of a source, kept as a JSON object in its row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::pulls {

struct SourceSettings {
  std::int32_t depth = 0;           // of directories below, 0 … 16
  std::string name_pattern = "*";   // '*' and '?'; several with ';'; of the file's name, without regard to case
  std::int32_t max_files = 10;      // of a run by the clock, 1 … 1,000
  bool until_drained = false;       // runs by the clock go on until nothing is left
  std::int32_t settle_seconds = 5;  // a younger file is being written, 0 … 3,600
  double requests_per_second = 10;  // 0.1 … 10,000
  std::int32_t connections = 2;     // at once, 1 … 16
  std::int32_t max_file_mb = 50;    // 1 … 1,024; larger files are skipped
  bool allow_plain_transport = false;
  bool allow_private_addresses = false;
  std::string host_key{};           // of an SSH server, as a person gave it; empty: that of the first contact
  std::int32_t quiet_days = 3;      // without a new file for so long a source counts as quiet; 0: never. 0 … 365
  std::vector<std::string> tags{};  // of its photos; as of uploads
};

// Absent members keep what `before` says. invalid_input naming the member ("settings.depth") that is unknown, of a
// wrong type or beyond its bounds.
core::Result<SourceSettings> parse_settings(std::string_view json, const SourceSettings& before = {});
std::string to_json(const SourceSettings& settings);

// Whether a file of this name (UTF-8, or any bytes) is wanted.
bool matches(std::string_view name_pattern, std::string_view name);

}  // namespace sightglass::pulls
