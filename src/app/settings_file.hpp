// Reads DIR/sightglass.toml into "section.name" → text.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/result.hpp"

namespace sightglass::app {

// Blocks. An absent file is an empty map. invalid_input with file, line and column for text that is not TOML, or
// a value that is neither string, list of strings (joined with commas), whole number nor boolean inside a section.
core::Result<std::map<std::string, std::string>> read_settings_file(const std::filesystem::path& path);

}  // namespace sightglass::app
