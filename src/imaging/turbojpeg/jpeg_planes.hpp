// JPEG files to planes and planes to JPEG files, without a detour through RGB (libjpeg-turbo's TurboJPEG).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "imaging/header.hpp"
#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::turbojpeg {

struct DecodedJpeg {
  pipeline::PlanarPicture picture{};  // in stored orientation
  std::string damage{};               // what the decoder warned of; empty when the file is sound
};

// True for 8-bit grey or YCbCr 4:2:0, 4:2:2, 4:4:4 without a foreign colour profile; everything else is
// libvips's work. Reads the file's markers only.
bool can_decode_planes(std::span<const std::byte> file, const PictureHeader& header);

// Decodes at the smallest of the scales 1/8, 1/4, 1/2, 1 that is still at least `target` (stored orientation).
// Damage does not fail: it is told, and the caller decides. Blocks. Errors: corrupt_image.
core::Result<DecodedJpeg> decode_planes(std::span<const std::byte> file, core::Size target);

// Baseline JPEG with the standard Huffman tables and no metadata but the JFIF marker: optimised tables would
// save about 5 % of the bytes and cost a second pass over the coefficients. `picture` is grey or chroma half.
core::Result<std::string> encode_jpeg(const pipeline::PlanarPicture& picture, std::int32_t quality);

// Interleaved sRGB, rows of 3 × width bytes, to planes with full chroma.
core::Result<pipeline::PlanarPicture> planes_of_rgb(std::span<const std::uint8_t> rgb, core::Size size);

// The other way, of planes that are grey or have full chroma.
core::Result<core::Raster> rgb_of_planes(const pipeline::PlanarPicture& picture);

// Planes for a picture of this size, to be filled; `chroma` is half or full.
pipeline::PlanarPicture empty_planes(core::Size size, pipeline::Chroma chroma);

// Fills `count` rows from row `top` on, both even where chroma is half and more rows follow. `rgb` is interleaved sRGB,
// its rows `pitch` bytes apart. Errors: internal.
struct RgbRows {
  const std::uint8_t* rgb = nullptr;
  std::size_t pitch = 0;
  std::int32_t top = 0;
  std::int32_t count = 0;
};
core::Result<void> fill_rows(pipeline::PlanarPicture& picture, const RgbRows& rows);

}  // namespace sightglass::imaging::turbojpeg
