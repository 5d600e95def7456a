// Gzip of text answers for clients that accept it (RFC 9110, section 12.5.3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace sightglass::http {

inline constexpr std::size_t least_compressed_bytes = 1024;  // below, the header and the work outweigh the gain

// "gzip" (or "*") with a q above 0; identity is never forbidden by what we read here.
bool accepts_gzip(std::string_view accept_encoding);

// RFC 1952, zlib level 1: within a fifth of level 6's size on JSON at a quarter of its time.
std::string gzip(std::string_view bytes);

// Compresses a complete JSON, HTML, script or style text of at least least_compressed_bytes, adds Vary, and weakens
// its ETag. Takes milliseconds on large bodies: call it off the event loop.
void compress(const Request& request, Response& response);

}  // namespace sightglass::http
