// What every answer of an S3 server is read with: its elements by name, its numbers, its keys.
#pragma once

#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace sightglass::storage::s3 {

// The node's name without a namespace's prefix, which some servers put before it.
std::string_view local_name(const pugi::xml_node& node);
// The first child of that local name; an empty node, which answers as empty, when there is none.
pugi::xml_node child(const pugi::xml_node& parent, std::string_view name);
std::string text_of(const pugi::xml_node& parent, std::string_view name);

// nullopt for what is no whole number, and for a negative one.
std::optional<std::int64_t> length_of(std::string_view text);
// Keys may hold what XML cannot say, so that they are asked for percent-encoded (`encoding-type=url`); a blank comes as
// '+' from some servers.
std::string decode_key(std::string text, bool is_encoded);

}  // namespace sightglass::storage::s3
