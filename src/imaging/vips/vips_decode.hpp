// Every picture that is not a plain JPEG, to sRGB pixels of a wanted size, by libvips.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/geometry.hpp"
#include "core/result.hpp"

namespace sightglass::imaging::vips {

struct DecodedPixels {
  core::Orientation orientation = core::Orientation::upright;  // still to be applied
  core::Size stored_size{};         // of the whole picture; HEIC and AVIF are already turned upright
  core::Size size{};                // of `rgb`
  std::vector<std::uint8_t> rgb{};  // interleaved sRGB, 8 bit, rows without gaps
  std::string damage{};             // what libvips complained of, when damage was allowed
};

struct DecodeWish {
  core::Size box{};                                            // for the upright picture; it is never enlarged
  core::Orientation orientation = core::Orientation::upright;  // as the metadata says
  bool allow_damaged = false;
};

// First page, first frame; embedded profiles converted to sRGB, transparency laid on white, 16 bits made 8: of
// grey whose values need 10, 12 or 14 bits alone, the upper eight of those.
// The orientation is not applied but told; HEIF's own rotation is applied, and EXIF's ignored there. `decode` checks no
// limits: read the header first. Blocks; one call at a time in a process. Starts and ends libvips's own threads.
// Errors: corrupt_image, unsupported_format, unavailable.
core::Result<DecodedPixels> decode(std::span<const std::byte> file, const DecodeWish& wish);

// Takes the rows of a picture from the top to the bottom, some at a time, so that its RGB is never in memory as a
// whole.
class RowTaker {
 public:
  virtual ~RowTaker() = default;
  // Before the first rows. May come again: what was taken before is void then.
  virtual core::Result<void> begin(core::Size size) = 0;
  // The next `rows` of interleaved sRGB, each `pitch` bytes behind the one before. An even number but for the last.
  virtual core::Result<void> take(const std::uint8_t* rgb, std::size_t pitch, std::int32_t rows) = 0;
};

// decode() into `taker`; the answer's `rgb` stays empty. Errors: those of the taker too.
core::Result<DecodedPixels> decode_rows(std::span<const std::byte> file, const DecodeWish& wish, RowTaker& taker);

}  // namespace sightglass::imaging::vips
