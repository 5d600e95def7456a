// Which species may occur where; add_location_endpoints() adds it.
#pragma once

#include "http/services.hpp"

namespace sightglass::http {

void add_species_endpoints(EndpointTable& table, const Services& services);

}  // namespace sightglass::http
