#include "imaging/raw_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace sightglass::imaging {

namespace {

using core::Result;

std::unexpected<core::Error> over(std::string_view limit, std::string_view what, std::int64_t value,
                                  std::int64_t allowed) {
  return core::fail(core::ErrorCode::too_large, fmt::format("The frame has {} {}; at most {} are accepted (limit {})",
                                                            value, what, allowed, limit));
}

Result<void> check_text(const char* field, std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return {};
  return core::fail(core::invalid_input(field, fmt::format("At most {} bytes fit here", longest)));
}

// The frame as it came and as it is sent, its samples padded and demosaiced, and then what the encoder holds: for TIFF
// the library's copy, its file, and that file again with metadata.
std::int64_t estimated_develop_bytes(const core::RawImage& frame, DevelopPlan::File file) {
  const bool is_grey = !core::is_bayer(frame.format) && core::bytes_per_pixel(frame.format) < 3;
  const bool is_deep = file == DevelopPlan::File::tiff && core::significant_bits(frame.format) > 8;
  const std::int64_t developed = (is_grey ? 1 : 3) * (is_deep ? 2 : 1);
  const std::int64_t copies = file == DevelopPlan::File::tiff ? 5 : 4;
  return 2 * frame_bytes(frame) + frame.size.pixels() * developed * copies;
}

Result<void> check_limits(const core::RawImage& frame, DevelopPlan::File file, const Limits& limits) {
  const auto longest = std::max(frame.size.width, frame.size.height);
  if (longest > limits.max_side) return over("max_side", "pixels on its longer side", longest, limits.max_side);
  if (frame.size.pixels() > limits.max_pixels)
    return over("max_pixels", "pixels", frame.size.pixels(), limits.max_pixels);
  if (frame_bytes(frame) > limits.max_bytes) return over("max_bytes", "bytes", frame_bytes(frame), limits.max_bytes);
  const auto needed = estimated_develop_bytes(frame, file);
  if (needed <= limits.max_decode_bytes) return {};
  return core::fail(core::ErrorCode::too_large,
                    fmt::format("Developing the frame would take about {} bytes of memory; at most {} are allowed "
                                "(limit max_decode_bytes)",
                                needed, limits.max_decode_bytes));
}

}  // namespace

Result<void> check_frame(const core::RawImage& frame, std::int64_t byte_count, const DevelopPlan& plan,
                         const Limits& limits) {
  if (frame.format > core::PixelFormat::bayer_bg12)
    return core::fail(core::invalid_input("format", "This is no known pixel format"));
  if (frame.size.width < 1) return core::fail(core::invalid_input("width", "A frame is at least one pixel wide"));
  if (frame.size.height < 1) return core::fail(core::invalid_input("height", "A frame is at least one pixel high"));
  const auto row_bytes = std::int64_t{frame.size.width} * core::bytes_per_pixel(frame.format);
  if (frame.stride < row_bytes)
    return core::fail(
        core::invalid_input("stride", fmt::format("A row of {} pixels {} takes {} bytes, not {}", frame.size.width,
                                                  core::name_of(frame.format), row_bytes, frame.stride)));
  if (byte_count < frame_bytes(frame))
    return core::fail(core::invalid_input(
        "bytes", fmt::format("The frame should have {} bytes but has {}", frame_bytes(frame), byte_count)));
  return check_limits(frame, plan.file, limits);
}

Result<void> check_plan(const DevelopPlan& plan) {
  if (plan.file > DevelopPlan::File::tiff)
    return core::fail(core::invalid_input("file", "Frames become jpeg, png or tiff"));
  if (plan.quality < 1 || plan.quality > 100)
    return core::fail(core::invalid_input("quality", "JPEG quality is 1 to 100"));
  SG_TRY(check_text("make", plan.make, longest_camera_text));
  SG_TRY(check_text("model", plan.model, longest_camera_text));
  SG_TRY(check_text("serial", plan.serial, longest_camera_text));
  SG_TRY(check_text("comment", plan.comment, longest_comment));
  // What our own reading of EXIF takes for an exposure.
  if (plan.exposure_seconds && !(*plan.exposure_seconds > 0 && *plan.exposure_seconds <= 86'400))
    return core::fail(core::invalid_input("exposure_seconds", "An exposure takes more than 0 and at most 86,400 s"));
  // Years of four digits: 1970 … 9998.
  constexpr std::int64_t last_micros = 253'370'764'799'999'999;
  if (plan.taken_at && (core::to_micros(*plan.taken_at) < 0 || core::to_micros(*plan.taken_at) > last_micros))
    return core::fail(core::invalid_input("taken_at", "Frames are taken between the years 1970 and 9998"));
  return {};
}

}  // namespace sightglass::imaging
