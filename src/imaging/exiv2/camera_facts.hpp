// Which camera took the picture, how it was set, and how it was held.
#pragma once

#include "core/photo.hpp"
#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {

// Sets make, model, lens, exposure, aperture, sensitivity, focal length and orientation. Values that cannot be (an
// exposure of zero, an orientation of 9) are left out.
void read_camera_facts(const Fields& fields, core::CaptureMetadata& metadata);

}  // namespace sightglass::imaging::exiv2
