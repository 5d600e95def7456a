// What an analysis saw as JSON for clients.
#pragma once

#include <string>

#include "core/geometry.hpp"
#include "imaging/decoder.hpp"
#include "inspection/observations.hpp"

namespace sightglass::inspection {

// The properties object of an analysis, as clients see it.
std::string properties_json(const imaging::ImageProperties& properties);
std::string labels_json(const Observations& seen);  // [{"name","confidence"}]
// Each with "box" in pixels of the upright original, whose size is `upright`, and "relative", the same as shares of it.
std::string objects_json(const Observations& seen, core::Size upright);  // [{"label","confidence","box","relative"}]
std::string text_json(const Observations& seen, core::Size upright);     // [{"text","confidence","box","relative"}]
std::string codes_json(const Observations& seen, core::Size upright);    // [{"kind","text","binary","box","relative"}]
std::string scores_json(const Observations& seen);
std::string steps_json(const Observations& seen);  // [{"step","model","outcome","reason","milliseconds"}]

}  // namespace sightglass::inspection
