// The figures of the queues over time.
#pragma once

#include "http/services.hpp"

namespace sightglass::http {

void add_queue_history_endpoints(EndpointTable& table, const Services& services);

}  // namespace sightglass::http
