// The settings as administrators see them: values, defaults, where they came from, and what each does.
#pragma once

#include <string_view>
#include <vector>

#include "app/settings.hpp"
#include "http/services.hpp"

namespace sightglass::app {

// Every setting, in the order of the table. Of a secret only whether it is set.
std::vector<http::SettingFact> facts_of(const Settings& settings);

// One sentence, in English; empty for a name that is no setting.
std::string_view words_of(std::string_view name);

}  // namespace sightglass::app
