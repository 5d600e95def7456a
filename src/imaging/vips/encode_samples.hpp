// A frame's pixels to lossless files, by libvips.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "imaging/pipeline/samples.hpp"

namespace sightglass::imaging::vips {

// 8 bits a sample. The least compression of PNG, for somebody waits: the best takes twice the time for a tenth of the
// bytes. `exif`: what EXIF's TIFF structure holds, for the eXIf chunk; empty for none.
// Of both: `samples` are grey or in the order R, G, B, without gaps (packed_rgb). Errors: internal. Blocks.
core::Result<std::string> encode_png(const pipeline::Samples& samples, std::string_view exif);
// 8 or 16 bits a sample, uncompressed: every program for measuring reads that, and deflate would take a minute for
// every 15 frames of five megapixels. Without metadata.
core::Result<std::string> encode_tiff(const pipeline::Samples& samples);

}  // namespace sightglass::imaging::vips
