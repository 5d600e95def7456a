// Starts libvips once per process, with only the loaders that Sightglass accepts.
#pragma once

#include <string>

#include "core/result.hpp"

namespace sightglass::imaging::vips {

// Loads libvips's types and the HEIF module, switches every loader off but JPEG, PNG, WebP, HEIF, TIFF and GIF,
// and its caches and extra threads too. Thread-safe; only the first call works, the others wait for it.
// Opens files (shared libraries). Blocks. Errors: unavailable.
core::Result<void> start();

// What libvips last complained of, and forgets it. One buffer for the whole process: hold the lock that
// guards the failing call.
std::string take_error();

}  // namespace sightglass::imaging::vips
