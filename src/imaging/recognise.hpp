// Says what a file is by its first bytes; names and claimed media types are never believed.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/media_type.hpp"
#include "core/result.hpp"

namespace sightglass::imaging {

// The formats accepted, as a sentence part for error messages: "JPEG, PNG, …".
std::string accepted_formats();

// `file` is at least the first 64 bytes, or all when shorter. Does not check that the rest is sound.
// Errors: corrupt_image for an empty file; unsupported_format, listing what is accepted.
core::Result<core::MediaType> recognise(std::span<const std::byte> file);

}  // namespace sightglass::imaging
