// What was found, as a download in the formats of other programs.
#pragma once

#include <memory>

#include "http/endpoint.hpp"
#include "http/services.hpp"

namespace sightglass::http {

void add_export_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes);

}  // namespace sightglass::http
