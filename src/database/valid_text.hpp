// Text as every store can keep it.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::database {

// UTF-8 without NUL, which is all that PostgreSQL takes: what is neither becomes U+FFFD, byte by byte, so that a camera
// model made of garbage never costs an upload. SQLite keeps any bytes.
std::string valid_text(std::string_view text);

}  // namespace sightglass::database
