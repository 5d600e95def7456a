// Writes into finished files what libvips does not: orientations in PNG and rotations in HEIF.
#pragma once

#include <string>
#include <string_view>

#include "core/geometry.hpp"

namespace sightglass::imaging::test {

enum class ChunkPlace { before_pixels, after_pixels };

// The PNG with an eXIf chunk (PNG, third edition, 11.3.3.4) that holds only the orientation.
std::string with_exif_chunk(std::string png, core::Orientation orientation, ChunkPlace place);

// The HEIF file with an `irot` property of so many quarter turns against the clock (ISO/IEC 23008-12, 6.5.10) on its
// primary item. Understands what libheif writes: `iloc` version 0 or 1, `ipma` version 0, at most 126 properties.
std::string with_rotation(std::string heif, int quarter_turns);

}  // namespace sightglass::imaging::test
