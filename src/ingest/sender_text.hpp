// Makes text that a sender chose fit to be stored and shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::ingest {

// Valid UTF-8 without control characters, of at most `most_bytes`: what is not becomes U+FFFD, what is too much is
// cut between characters. For names of files, which may hold any bytes.
std::string clean_text(std::string_view text, std::size_t most_bytes);

}  // namespace sightglass::ingest
