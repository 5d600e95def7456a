// Short lists of text (tags, scopes) as one column.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::database {

// Between the entries stands U+001F, the unit separator (ASCII), which search treats as a space.
inline constexpr char list_separator = '\x1f';

// Entries must be without the separator and not empty.
std::string join_list(std::span<const std::string> entries);
std::vector<std::string> split_list(std::string_view stored);

}  // namespace sightglass::database
