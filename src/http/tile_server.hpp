// The tile server of the maps, as a setting: the pattern of its addresses, and the origin that pages may then show.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::http {

// "https://host:port" of "https://host:port/path/{z}/{x}/{y}.png". invalid_input without a field, in words that fit
// behind the setting's name, for anything else: other schemes, users, patterns in the host, other than exactly these
// three placeholders, characters that no address holds. The origin can therefore stand in a content security policy.
core::Result<std::string> origin_of_tiles(std::string_view pattern);

}  // namespace sightglass::http
