// Jobs, assets and locations as JSON, both ways.
#pragma once

#include <string>
#include <string_view>

#include "core/records.hpp"
#include "core/result.hpp"

namespace sightglass::filing {

std::string to_json(const core::Job& job);
std::string to_json(const core::Asset& asset);
std::string to_json(const core::Location& location);

// invalid_input naming the member that is missing, of the wrong type or out of its range.
core::Result<core::Job> job_from_json(std::string_view text);
core::Result<core::Asset> asset_from_json(std::string_view text);
core::Result<core::Location> location_from_json(std::string_view text);

}  // namespace sightglass::filing
