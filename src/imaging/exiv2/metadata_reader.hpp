// Reads what a picture file says of itself: EXIF, XMP and GPS. Runs over strangers' bytes.
#pragma once

#include <cstddef>
#include <span>

#include "core/media_type.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"

namespace sightglass::imaging::exiv2 {

// Loads what the reader needs from files and silences the library's log. Once, before threads and before a sandbox;
// read_metadata() calls it too, so that tests need not.
void warm_up_metadata();

// Metadata that is broken or absent is left out, and never an error by itself: the picture counts. Errors:
// corrupt_image when the file's structure cannot be walked. Bounded by the file's size; never throws. Thread-safe.
core::Result<core::CaptureMetadata> read_metadata(std::span<const std::byte> file, core::MediaType type);

}  // namespace sightglass::imaging::exiv2
