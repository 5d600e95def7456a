// The rows below one source.
#pragma once

#include "http/services.hpp"

namespace sightglass::http {

void add_source_run_endpoints(EndpointTable& table, const Services& services);
void add_source_file_endpoints(EndpointTable& table, const Services& services);   // the ledger
void add_source_clock_endpoints(EndpointTable& table, const Services& services);  // of its cameras

}  // namespace sightglass::http
