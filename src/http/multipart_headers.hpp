// The headers of one part of a multipart/form-data body.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/endpoint.hpp"

namespace sightglass::http {

// A parameter of a header value such as `form-data; name="a"; filename="b"`, unquoted; names compare without case.
// Inside quotes \" and \\ are escapes (RFC 9110, section 5.6.4) and %22 is a quote (WHATWG HTML, multipart encoding);
// other backslashes stay, because some clients send whole Windows paths.
std::optional<std::string> header_parameter(std::string_view value, std::string_view name);

// `block` is the header lines with their CR LFs. invalid_input with field "body" unless there is exactly one
// Content-Disposition: form-data with a name. filename* (RFC 5987, UTF-8) counts only without a filename.
core::Result<PartHeaders> parse_part_headers(std::string_view block);

}  // namespace sightglass::http
