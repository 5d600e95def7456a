// Writes what a camera said of a frame into the frame's file, in the fields where metadata_reader looks for it.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "imaging/decoder.hpp"

namespace sightglass::imaging::exiv2 {

// EXIF's TIFF structure: make, model, body serial number, time with six digits of a second and the offset of UTC,
// exposure, comment; what is absent from the plan is left out. Errors: internal.
core::Result<std::string> frame_exif(const DevelopPlan& plan);

// `jpeg` with `exif`, the structure above, in its first segment but JFIF's.
std::string with_exif_segment(std::string_view jpeg, std::string_view exif);

// `tiff` with the plan's fields among its own. Errors: internal.
core::Result<std::string> with_exif_fields(std::string_view tiff, const DevelopPlan& plan);

}  // namespace sightglass::imaging::exiv2
