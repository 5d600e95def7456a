// A frame's pixels to a JPEG file (libjpeg-turbo's TurboJPEG).
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "imaging/pipeline/samples.hpp"

namespace sightglass::imaging::turbojpeg {

// Baseline JPEG with full chroma (4:4:4), grey where the samples are. Halved chroma would take half the time and a
// quarter of the bytes away, and with it 5 dB of red and blue (measured at quality 95 on a demosaiced 5-megapixel
// picture): a scratch or a print one pixel wide that differs in colour alone would be gone.
// `samples` have 8 bits; `quality` 1 … 100. Errors: internal. Blocks.
core::Result<std::string> encode_samples(const pipeline::Samples& samples, std::int32_t quality);

}  // namespace sightglass::imaging::turbojpeg
