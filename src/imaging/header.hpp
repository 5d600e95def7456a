// What a picture's header says of it, and what decoding it would cost: read before any decoder sees the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/geometry.hpp"
#include "core/media_type.hpp"
#include "core/result.hpp"
#include "imaging/colour_profile.hpp"
#include "imaging/limits.hpp"

namespace sightglass::imaging {

struct PictureHeader {
  core::MediaType media_type = core::MediaType::jpeg;
  core::Size size{};                            // as stored, before any orientation; the largest of a HEIF file's items
  std::int32_t channels = 3;                    // with alpha; a palette counts as four, what it is decoded to
  std::int32_t bits_per_channel = 8;            // 1 … 32
  bool needs_whole_picture = false;             // progressive or multi-scan JPEG, interlaced PNG
  bool is_lossless = false;                     // WebP's two codecs cost differently
  std::int32_t scans = 1;                       // of a JPEG
  double samples_per_pixel = 3;                 // of a JPEG, less than channels when chroma is subsampled
  std::int64_t largest_block_bytes = 0;         // decoded size of a TIFF's largest strip or row of tiles
  ColourProfile profile = ColourProfile::none;  // of a JPEG; other formats leave it to the decoder
};

// Reads at most the markers, chunks or boxes of `file`; pure, never allocates, time linear in the file.
// Errors: corrupt_image (no size, cut header), unsupported_format (a variant that no decoder here reads).
core::Result<PictureHeader> read_header(std::span<const std::byte> file, core::MediaType type);

// Estimated peak bytes of a decoder that makes an image of `target` pixels from this picture, whose sides are within
// Limits::max_side.
// An upper estimate, from measurements of libjpeg-turbo 2.1 and libvips 8.14 (see header.cpp).
std::int64_t estimated_decode_bytes(const PictureHeader& header, core::Size target);

// Likewise of cutting all of it into tiles, for which it is held in planes as a whole.
std::int64_t estimated_tiling_bytes(const PictureHeader& header);

// Errors: too_large, naming the limit, its value and the picture's value. `file_bytes` is the file's length.
core::Result<void> check_file_bytes(std::int64_t file_bytes, const Limits& limits);
core::Result<void> check_header(const PictureHeader& header, core::Size target, const Limits& limits);
core::Result<void> check_header_for_tiles(const PictureHeader& header, const Limits& limits);

}  // namespace sightglass::imaging
