// Steps of a sensor's frame on its way to a picture file.
#pragma once

#include <string>

#include "core/raw_image.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"

namespace sightglass::imaging::pipeline {

// Check frame and plan, make samples (colours of a mosaic, bits as the file has them), encode, add EXIF. Blocks.
// Errors: those of Decoder::develop.
core::Result<std::string> develop(const core::RawImage& frame, const DevelopPlan& plan, const Limits& limits);

}  // namespace sightglass::imaging::pipeline
