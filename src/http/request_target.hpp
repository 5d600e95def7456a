// The path and query of a request line, percent-decoded once and checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/message.hpp"

namespace sightglass::http {

inline constexpr std::size_t max_target_bytes = 8U << 10;

struct RequestTarget {
  std::string path{};  // decoded, beginning with '/'
  Parameters query{};  // decoded, '+' read as a space (application/x-www-form-urlencoded)
};

// Origin form only (RFC 9112, section 3.2.1). invalid_input with field "target" for anything else, for invalid
// escapes, for NUL and other control characters in the path, for encoded slashes and backslashes (they would move
// the borders of segments), for the segments "." and "..", and for over 100 parameters. Targets over
// max_target_bytes are too_large.
core::Result<RequestTarget> parse_target(std::string_view target);

// nullopt for an escape without two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);
// `text` with every byte but unreserved ones (RFC 3986, section 2.3) as %XX: for values put into a query.
std::string percent_encoded(std::string_view text);

}  // namespace sightglass::http
