// Photos of cameras in the field and what was spotted on them, as a Camera Trap Data Package (Camtrap DP 1.0).
#pragma once

#include <memory>

#include "exports/annotation_export.hpp"
#include "exports/package.hpp"

namespace sightglass::exports {

// Blocks: walks all photos, because the package's description says what they have in common. `options` outlives it.
// invalid_input naming "format" when no photo has a place.
core::Result<std::unique_ptr<PackageContents>> make_camtrap_contents(database::Database& database,
                                                                     const Options& options);

}  // namespace sightglass::exports
