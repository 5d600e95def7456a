#include "conformance/gateway/gateway_cases.hpp"

namespace sightglass::sources {

std::vector<GatewayCase> s3_cases() { return {}; }

}  // namespace sightglass::sources
