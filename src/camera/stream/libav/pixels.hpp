// Decoded video frames as the pixels of stream_wire.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "camera/stream/libav/handles.hpp"
#include "core/raw_image.hpp"
#include "core/result.hpp"

namespace sightglass::camera::stream {

// Mono8 of grey kinds of pixels, RGB8 of all others.
core::PixelFormat pixel_format_of(AVPixelFormat format);

// Rows without gaps, full range; not thread-safe: keeps what a conversion needs for the next frame of the same kind.
class PixelConverter {
 public:
  // Errors: corrupt_image for a frame whose sides or kind cannot be; internal.
  core::Result<std::vector<std::uint8_t>> convert(const AVFrame& frame);

 private:
  Scaler scaler_{};
};

}  // namespace sightglass::camera::stream
