// The status line and headers of a response as bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace sightglass::http {

struct Framing {
  bool keeps_alive = true;
  bool is_http_1_0 = false;
};

// Whether a response of this status may have a body at all (RFC 9110, section 6.4.1).
bool may_have_body(int status);

// Replaces `out`. A body of −1 bytes is announced in chunks, and to HTTP/1.0 not at all. Header values lose CR, LF and
// NUL, so that no handler can split a response.
void write_head(const Response& response, std::int64_t body_bytes, Framing framing, std::string& out);

}  // namespace sightglass::http
