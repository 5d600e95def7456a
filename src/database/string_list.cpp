#include "database/string_list.hpp"

namespace sightglass::database {

std::string join_list(std::span<const std::string> entries) {
  std::string stored;
  for (const std::string& entry : entries) {
    if (!stored.empty()) stored += list_separator;
    stored += entry;
  }
  return stored;
}

std::vector<std::string> split_list(std::string_view stored) {
  std::vector<std::string> entries;
  while (!stored.empty()) {
    const auto end = stored.find(list_separator);
    entries.emplace_back(stored.substr(0, end));
    stored = end == std::string_view::npos ? std::string_view{} : stored.substr(end + 1);
  }
  return entries;
}

}  // namespace sightglass::database
