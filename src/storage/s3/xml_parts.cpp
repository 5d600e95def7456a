#include "storage/s3/xml_parts.hpp"

#include <algorithm>
#include <charconv>

#include "storage/s3/uri_encoding.hpp"

namespace sightglass::storage::s3 {

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  return parent.find_child([name](const pugi::xml_node& node) { return local_name(node) == name; });
}

std::string text_of(const pugi::xml_node& parent, std::string_view name) { return child(parent, name).text().get(); }

std::optional<std::int64_t> length_of(std::string_view text) {
  std::int64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size() || length < 0) return std::nullopt;
  return length;
}

std::string decode_key(std::string text, bool is_encoded) {
  if (!is_encoded) return text;
  std::ranges::replace(text, '+', ' ');
  return decode_uri(text);
}

}  // namespace sightglass::storage::s3
