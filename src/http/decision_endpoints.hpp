// The part of the review that decides; add_review_endpoints() adds it.
#pragma once

#include "http/services.hpp"

namespace sightglass::http {

void add_decision_endpoints(EndpointTable& table, const Services& services);

}  // namespace sightglass::http
