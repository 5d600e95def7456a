// From the settings' words to the log's configuration.
#pragma once

#include <string_view>

namespace sightglass::app {

// `level` is debug, info, warning or error; `format` is text or json. Once at start, before threads.
void configure_log_from(std::string_view level, std::string_view format);

}  // namespace sightglass::app
