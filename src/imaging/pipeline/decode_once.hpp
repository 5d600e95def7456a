// Step: decodes a recognised, limited picture by the path that fits it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/result.hpp"
#include "imaging/header.hpp"
#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

struct DecodeRequest {
  core::Size box{};                                            // for the upright picture
  core::Orientation orientation = core::Orientation::upright;  // as the metadata says
  bool allow_damaged = false;
};

struct DecodedPicture {
  PlanarPicture picture{};  // stored orientation, at least as large as the upright picture fitted into the box
  core::Orientation orientation = core::Orientation::upright;  // still to be applied
  core::Size upright_size{};                                   // of the whole picture
  std::string damage{};                                        // empty when sound
  bool is_block_scaled = false;                                // by a power of two, as JPEG's blocks allow
};

// Plain JPEG through TurboJPEG planes, everything else through libvips. Blocks.
// Errors: corrupt_image (damage too, unless allowed), unsupported_format, unavailable, internal.
core::Result<DecodedPicture> decode_once(std::span<const std::byte> file, const PictureHeader& header,
                                         const DecodeRequest& request);

// Likewise at the full size, with less memory: the general path goes through rows. HEIF pictures come with chroma
// halved, which is how nearly all of them are stored.
core::Result<DecodedPicture> decode_whole(std::span<const std::byte> file, const PictureHeader& header,
                                          const DecodeRequest& request);

}  // namespace sightglass::imaging::pipeline
