// The endpoint table as JSON, for tests that hold it against the OpenAPI document.
#pragma once

#include <string>

namespace sightglass::app {

// An array of {method, pattern, operation, public, role, scope, check, body}. Builds a throw-away installation in
// a temporary directory, because handlers are made with the parts they use. Blocks.
std::string routes_as_json();

}  // namespace sightglass::app
