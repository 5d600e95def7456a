#include "http/tile_server.hpp"

#include <algorithm>
#include <array>

namespace sightglass::http {
namespace {

constexpr std::size_t longest_pattern = 500;

core::Result<std::string> refuse(std::string message) {
  return core::fail(core::invalid_input({}, std::move(message)));
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 3986, appendix A, without what would end a policy's source or a quoted text; braces for the placeholders.
bool may_stand_in_path(char c) { return is_letter_or_digit(c) || std::string_view("-._~/?&=:@!$+%{}").contains(c); }

bool is_host(std::string_view host) {
  const auto colon = host.find(':');
  const auto name = host.substr(0, colon);
  const bool is_name =
      !name.empty() && std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
  if (colon == std::string_view::npos) return is_name;
  const auto port = host.substr(colon + 1);
  return is_name && !port.empty() && port.size() <= 5 &&
         std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
}

bool has_the_placeholders(std::string_view path) {
  constexpr std::array<std::string_view, 3> placeholders{"{z}", "{x}", "{y}"};
  const bool has_each = std::ranges::all_of(placeholders, [path](auto one) { return path.contains(one); });
  return has_each && std::ranges::count(path, '{') == 3 && std::ranges::count(path, '}') == 3;
}

}  // namespace

core::Result<std::string> origin_of_tiles(std::string_view pattern) {
  if (pattern.size() > longest_pattern) return refuse("may have 500 characters at most");
  const bool is_plain = pattern.starts_with("http://");
  if (!is_plain && !pattern.starts_with("https://")) return refuse("must begin with https:// or http://");
  const std::size_t scheme_end = is_plain ? 7 : 8;
  const auto path_begin = pattern.find('/', scheme_end);
  const auto host = pattern.substr(scheme_end, path_begin - scheme_end);
  if (path_begin == std::string_view::npos || !is_host(host))
    return refuse("must name one host, as https://tiles.example.org/{z}/{x}/{y}.png does");
  const auto path = pattern.substr(path_begin);
  if (!has_the_placeholders(path)) return refuse("must hold {z}, {x} and {y} once each, and no other placeholder");
  if (!std::ranges::all_of(path, may_stand_in_path)) return refuse("holds a character that no address holds");
  return std::string(pattern.substr(0, path_begin));
}

}  // namespace sightglass::http
