// The table of every setting: its name, where it is kept, what values it may have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/settings.hpp"
#include "core/result.hpp"

namespace sightglass::app {

// "section.name", in the order of the Settings struct.
std::vector<std::string> setting_names();
// "server.listen" → "SIGHTGLASS_SERVER_LISTEN".
std::string environment_name_of(std::string_view name);
// Parses `text` into the setting and remembers where it came from. invalid_input for an unknown name, naming
// the nearest known one, or a value outside what is allowed.
core::Result<void> apply_setting(Settings& settings, std::string_view name, std::string_view text,
                                 const std::string& origin);

// Whether what it holds must be neither shown nor given as an argument, which every process can read.
bool is_secret(std::string_view name);

// What the setting holds, as JSON: text, number, truth, or a list of texts; of a secret only whether it is set. `name`
// must be one of setting_names().
std::string value_as_json(const Settings& settings, std::string_view name);

}  // namespace sightglass::app
