// The rows of training: its runs and measuring; what is learnt of, and marks.
#pragma once

#include "http/services.hpp"

namespace sightglass::http {

void add_training_endpoints(EndpointTable& table, const Services& services);
void add_training_set_endpoints(EndpointTable& table, const Services& services);

}  // namespace sightglass::http
