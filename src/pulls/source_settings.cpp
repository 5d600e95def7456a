#include "pulls/source_settings.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "outputs/settings_reader.hpp"

namespace sightglass::pulls {
namespace {

constexpr std::size_t longest_pattern = 200;
constexpr std::size_t most_tags = 50;
constexpr std::size_t longest_tag = 64;
constexpr std::size_t longest_host_key = 100;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// '*' goes back to the last one only: linear in pattern times name, whatever the pattern.
bool matches_one(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resumed = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resumed = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(name[n]))) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resumed;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// Boost.JSON writes 10.0 as 1E1, which is right and reads badly.
boost::json::value plain_number(double number) {
  const auto whole = static_cast<std::int64_t>(number);
  if (static_cast<double>(whole) == number) return whole;
  return number;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

core::Result<SourceSettings> parse_settings(std::string_view json, const SourceSettings& before) {
  outputs::SettingsReader reader(json);
  SourceSettings settings = before;
  const auto whole = [&](std::string_view name, std::int64_t least, std::int64_t most, std::int32_t absent) {
    return static_cast<std::int32_t>(reader.integer_or(name, least, most, absent));
  };
  settings.depth = whole("depth", 0, 16, before.depth);
  settings.name_pattern = reader.optional_text("name_pattern", longest_pattern).value_or(before.name_pattern);
  settings.max_files = whole("max_files", 1, 1'000, before.max_files);
  settings.until_drained = reader.boolean_or("until_drained", before.until_drained);
  settings.settle_seconds = whole("settle_seconds", 0, 3'600, before.settle_seconds);
  settings.requests_per_second = reader.real_or("requests_per_second", 0.1, 10'000, before.requests_per_second);
  settings.connections = whole("connections", 1, 16, before.connections);
  settings.max_file_mb = whole("max_file_mb", 1, 1'024, before.max_file_mb);
  settings.allow_plain_transport = reader.boolean_or("allow_plain_transport", before.allow_plain_transport);
  settings.allow_private_addresses = reader.boolean_or("allow_private_addresses", before.allow_private_addresses);
  // Empty takes a key back that was given.
  settings.host_key = reader.text_or("host_key", longest_host_key, before.host_key);
  settings.quiet_days = whole("quiet_days", 0, 365, before.quiet_days);
  settings.tags = reader.texts_or("tags", most_tags, longest_tag, before.tags);
  SG_TRY(reader.outcome());
  return settings;
}

std::string to_json(const SourceSettings& settings) {
  boost::json::array tags;
  for (const auto& tag : settings.tags) tags.emplace_back(tag);
  return boost::json::serialize(boost::json::object{{"depth", settings.depth},
                                                    {"name_pattern", settings.name_pattern},
                                                    {"max_files", settings.max_files},
                                                    {"until_drained", settings.until_drained},
                                                    {"settle_seconds", settings.settle_seconds},
                                                    {"requests_per_second", plain_number(settings.requests_per_second)},
                                                    {"connections", settings.connections},
                                                    {"max_file_mb", settings.max_file_mb},
                                                    {"allow_plain_transport", settings.allow_plain_transport},
                                                    {"allow_private_addresses", settings.allow_private_addresses},
                                                    {"host_key", settings.host_key},
                                                    {"quiet_days", settings.quiet_days},
                                                    {"tags", std::move(tags)}});
}

bool matches(std::string_view name_pattern, std::string_view name) {
  while (true) {
    const auto end = name_pattern.find(';');
    const auto pattern = trimmed(name_pattern.substr(0, end));
    if (!pattern.empty() && matches_one(pattern, name)) return true;
    if (end == std::string_view::npos) return false;
    name_pattern.remove_prefix(end + 1);
  }
}

}  // namespace sightglass::pulls
