// Checks that every job, asset and location has its sidecar under catalogue/.
#pragma once

#include "care/check.hpp"
#include "care/findings.hpp"

namespace sightglass::care {

// Reports, and with `repair` writes, sidecars that are missing. Blocks.
core::Result<void> check_catalogue(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                   const CheckOptions& options, Findings& findings);

}  // namespace sightglass::care
