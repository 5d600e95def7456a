// Settings of a camera as JSON: in its row, beside each capture, and in the picture's own metadata.
#pragma once

#include <string>
#include <string_view>

#include "camera/types.hpp"
#include "core/json_writer.hpp"
#include "core/result.hpp"

namespace sightglass::stations {

// {"exposure_ms":5,"region":{"x":0,…}}; what is absent is left out.
void write_settings(core::JsonWriter& json, const camera::Settings& settings);
std::string to_json(const camera::Settings& settings);
// What to_json() wrote. internal when it is not: rows have no other.
core::Result<camera::Settings> settings_from_json(std::string_view text);

}  // namespace sightglass::stations
