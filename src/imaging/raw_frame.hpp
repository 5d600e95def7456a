// What must hold of a sensor's frame, and of the wish for its file, before anything reads its bytes.
#pragma once

#include <cstdint>

#include "core/raw_image.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/limits.hpp"

namespace sightglass::imaging {

// Texts of DevelopPlan that go into EXIF, in bytes.
inline constexpr std::size_t longest_camera_text = 128;
inline constexpr std::size_t longest_comment = 1000;

// Bytes from the first pixel to the end of the last row's padding; the frame was checked.
inline std::int64_t frame_bytes(const core::RawImage& frame) { return std::int64_t{frame.stride} * frame.size.height; }

// `byte_count` is what there is of the frame's bytes, wherever they lie: frame.bytes is not looked at.
// Errors: invalid_input naming the field that contradicts the others; too_large naming the limit (max_side, max_pixels,
// max_bytes; max_decode_bytes against an upper estimate of what making this file takes).
core::Result<void> check_frame(const core::RawImage& frame, std::int64_t byte_count, const DevelopPlan& plan,
                               const Limits& limits);

// Errors: invalid_input naming the field.
core::Result<void> check_plan(const DevelopPlan& plan);

}  // namespace sightglass::imaging
