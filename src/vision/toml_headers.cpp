#include "vision/toml_headers.hpp"

#include <fmt/format.h>

namespace sightglass::vision {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view line_ends = "\n\r\v\f";  // all that toml++ takes for one
constexpr std::string_view beginnings = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-\"'";

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

bool is_nameless_header(std::string_view line) {
  line = without_blanks(line);
  if (line.starts_with("\xef\xbb\xbf")) line = without_blanks(line.substr(3));  // a mark at the beginning of the file
  if (!line.starts_with('[')) return false;
  line = without_blanks(line.substr(line.starts_with("[[") ? 2 : 1));
  return line.empty() || beginnings.find(line[0]) == std::string_view::npos;
}

}  // namespace

core::Result<void> check_headers(std::string_view toml) {
  for (int number = 1; !toml.empty(); ++number) {
    const auto end = toml.find_first_of(line_ends);
    if (is_nameless_header(toml.substr(0, end)))
      return core::fail(core::invalid_input(fmt::format("line {}", number),
                                            fmt::format("line {}: begins with \"[\" and no name", number)));
    toml.remove_prefix(end == std::string_view::npos ? toml.size() : end + 1);
  }
  return {};
}

}  // namespace sightglass::vision
