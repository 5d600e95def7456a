// Step: from decoded planes to an upright picture of an exact size.
#pragma once

#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

// `target` is the upright size. The result is grey, 4:2:0 (chroma half) or 4:4:4 (chroma full); a grey source
// stays grey. Pure, thread-safe.
PlanarPicture scale_upright(const PlanarPicture& source, core::Size target, core::Orientation orientation,
                            Chroma chroma = Chroma::half);

// Turns one plane as the EXIF orientation says (CIPA DC-008, 4.6.5.A).
Plane turn_upright(Plane stored, core::Orientation orientation);

// To interleaved RGB of exactly `target` pixels (ITU-T T.871); small sizes only, not tuned.
RgbPicture to_rgb(const PlanarPicture& picture, core::Size target);

}  // namespace sightglass::imaging::pipeline
