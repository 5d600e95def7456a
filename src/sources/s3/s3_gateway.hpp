// A bucket, or what lies below a prefix in one, of a server that speaks S3.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

// "https://endpoint/bucket/prefix/". Keys are paths: those with empty, "." or ".." segments or control characters are
// left out. Without directories to go into, the server is asked for the prefix's own keys alone; else for all of its
// keys, a thousand at a time, however many directories they lie in.
std::unique_ptr<Gateway> make_s3_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                         const GatewayLimits& limits);

}  // namespace sightglass::sources
