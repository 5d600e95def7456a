#include "core/image_id.hpp"

#include <algorithm>
#include <string>

namespace sightglass::core {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

Result<void> refuse(std::string words) { return fail(invalid_input("image_id", std::move(words))); }

}  // namespace

Result<void> check_image_id(std::string_view id) {
  if (id.empty()) return refuse("The image id is empty");
  if (id.size() > longest_image_id)
    return refuse("The image id has more than " + std::to_string(longest_image_id) + " characters");
  if (!std::ranges::all_of(id, [](char c) { return is_plain(c) || c == ' '; }))
    return refuse("The image id may hold letters (A-Z, a-z), digits, '.', '_', '-' and spaces alone");
  if (id.front() == '.') return refuse("The image id may not begin with a dot");
  if (id.front() == ' ' || id.back() == ' ' || id.find("  ") != std::string_view::npos)
    return refuse("The image id may have single spaces between other characters alone");
  return {};
}

}  // namespace sightglass::core
