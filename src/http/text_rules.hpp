// What text from outside must look like before it is stored: valid UTF-8, no control characters, a length limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::http {

inline constexpr std::size_t max_description_characters = 4000;
inline constexpr std::size_t max_name_characters = 200;
inline constexpr std::size_t max_tags = 50;
inline constexpr std::size_t max_tag_characters = 64;
inline constexpr std::size_t max_filename_bytes = 1024;

// Characters (Unicode scalar values) of `text`; nullopt-like npos when it is not well-formed UTF-8.
std::size_t count_characters(std::string_view text);

// Passes `text` when it is UTF-8 of at most `max_characters` without control characters other than tab and line
// ends; else invalid_input naming `field` and the rule.
core::Result<void> check_text(std::string_view field, std::string_view text, std::size_t max_characters);

// "pump, north wall" or ["pump","north wall"]: trimmed, empty ones dropped, repeats dropped. Errors name "tags".
core::Result<std::vector<std::string>> parse_tags(std::string_view text);
// The same rules for tags that are already apart.
core::Result<std::vector<std::string>> check_tags(std::vector<std::string> tags);

// The last path segment of a name as some client sent it, without control characters, invalid UTF-8 replaced, cut
// to max_filename_bytes at a character's border. Only ever shown; never a path.
std::string shown_filename(std::string_view sent);

}  // namespace sightglass::http
