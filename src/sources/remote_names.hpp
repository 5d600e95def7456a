// What names from outside may look like.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::sources {

inline constexpr std::size_t longest_path = 4096;  // bytes of RemoteFile::path

// One segment of a path: never empty, "." or "..", and without '/' and NUL.
inline bool is_segment(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos && name.find('\0') == name.npos;
}

// Line breaks, escapes and their like: what no line of a protocol can carry, and nobody means.
inline bool has_control_characters(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Relative, of segments alone, of a sensible length.
bool is_relative_path(std::string_view path);

// For sentences: control characters and what is no UTF-8 become '?', and 80 characters at most.
std::string printable(std::string_view name);

}  // namespace sightglass::sources
