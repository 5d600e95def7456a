#include "vision/toml_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace sightglass::vision {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view line_ends = "\n\r\v\f";  // all that toml++ takes for one
constexpr std::string_view beginnings = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-\"'";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

bool is_nameless_header(std::string_view line) {
  line = without_blanks(line);
  if (!line.starts_with('[')) return false;
  line = without_blanks(line.substr(line.starts_with("[[") ? 2 : 1));
  return line.empty() || beginnings.find(line[0]) == std::string_view::npos;
}

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

// How many bytes the text at the beginning of `toml` takes, quotes included. One of a single line ends with that line,
// closed or not.
std::size_t text_length(std::string_view toml) {
  const char quote = toml[0];
  const std::string_view three = quote == '"' ? R"(""")" : "'''";
  const bool is_long = toml.starts_with(three);
  std::size_t at = is_long ? 3 : 1;
  while (at < toml.size()) {
    if (quote == '"' && toml[at] == '\\')
      at += 2;
    else if (is_long ? toml.substr(at).starts_with(three) : toml[at] == quote)
      return at + (is_long ? 3 : 1);
    else if (!is_long && line_ends.find(toml[at]) != std::string_view::npos)
      return at;
    else
      ++at;
  }
  return toml.size();
}

// How many bytes are to be passed over at the beginning of `toml`: a text, a comment, or one byte.
std::size_t piece_length(std::string_view toml) {
  if (toml[0] == '"' || toml[0] == '\'') return text_length(toml);
  if (toml[0] == '#') return std::min(toml.find_first_of(line_ends), toml.size());
  return 1;
}

core::Result<void> check_letters(std::string_view toml) {
  for (std::size_t at = 0; at < toml.size(); at += piece_length(toml.substr(at))) {
    if (static_cast<unsigned char>(toml[at]) < 0x80) continue;
    const auto line = 1 + std::ranges::count(toml.substr(0, at), '\n');
    return core::fail(core::invalid_input(fmt::format("line {}", line),
                                          fmt::format("line {}: has a letter beyond ASCII outside of a text", line)));
  }
  return {};
}

}  // namespace

core::Result<void> check_toml(std::string_view toml) {
  if (toml.starts_with(byte_order_mark)) toml.remove_prefix(byte_order_mark.size());
  SG_TRY(check_headers(toml));
  return check_letters(toml);
}

}  // namespace sightglass::vision
