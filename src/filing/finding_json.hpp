// A finding as JSON for our own files and the log of decisions: everything the store keeps of it.
#pragma once

#include <string>
#include <string_view>

#include "core/findings.hpp"
#include "core/result.hpp"

namespace sightglass::filing {

std::string to_json(const core::Finding& finding);
// invalid_input, naming the member, for what to_json() did not write.
core::Result<core::Finding> finding_from_json(std::string_view text);

}  // namespace sightglass::filing
