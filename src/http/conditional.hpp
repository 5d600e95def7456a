// Conditional and range requests (RFC 9110, sections 13 and 14) for any response that carries validators.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace sightglass::http {

// Bytes a body holds; −1 of one that is made while it is sent.
std::int64_t body_length(const Response& response);

struct ByteRange {
  std::int64_t first = 0;
  std::int64_t length = 0;
};
enum class RangeOutcome : std::uint8_t { whole, part, unsatisfiable };
// One range of "bytes=…" against a body of `length` bytes. Anything malformed, other units, and several ranges at
// once give `whole`, as a server may.
RangeOutcome parse_range(std::string_view header, std::int64_t length, ByteRange& range);

// Whether `etag` is in the list of an If-None-Match header ("*" matches all); weak comparison.
bool matches_any(std::string_view header, std::string_view etag);

// Turns the 200 answer to a GET or HEAD into 304, 206 or 416 as the request's If-None-Match, If-Modified-Since, Range
// and If-Range say. Leaves responses without ETag and Last-Modified alone.
void apply_conditions(const Request& request, Response& response);

}  // namespace sightglass::http
