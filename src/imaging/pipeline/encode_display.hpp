// Step: the display JPEG, made small enough where a byte limit is set.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

struct EncodedDisplay {
  std::string jpeg{};
  core::Size size{};
};

// Lowers the quality in steps of eight down to 45, then the sides by a fifth at a time, until
// plan.display_max_bytes is kept; a picture of 64 pixels is kept whatever its bytes. Errors: internal.
core::Result<EncodedDisplay> encode_display(const PlanarPicture& picture, const DerivePlan& plan);

}  // namespace sightglass::imaging::pipeline
