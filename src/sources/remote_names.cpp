#include "sources/remote_names.hpp"

namespace sightglass::sources {
namespace {

constexpr std::size_t longest_printed = 80;

// The bytes of the character that `lead` begins; 0 when none does.
std::size_t length_of_character(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool is_character(std::string_view bytes) {
  return std::ranges::all_of(bytes.substr(1), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
}

}  // namespace

bool is_relative_path(std::string_view path) {
  if (path.empty() || path.size() > longest_path) return false;
  while (true) {
    const auto slash = path.find('/');
    if (!is_segment(path.substr(0, slash))) return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string printable(std::string_view name) {
  std::string text;
  for (std::size_t count = 0; !name.empty(); ++count) {
    if (count == longest_printed) return text + "…";
    const auto length = length_of_character(static_cast<unsigned char>(name[0]));
    const bool is_whole = length > 0 && length <= name.size() && is_character(name.substr(0, length));
    const bool is_shown = is_whole && !has_control_characters(name.substr(0, length));
    text.append(is_shown ? name.substr(0, length) : "?");
    name.remove_prefix(is_whole ? length : 1);
  }
  return text;
}

}  // namespace sightglass::sources
