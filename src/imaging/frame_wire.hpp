// How a sensor's frame is sent to a decoding process: the numbers and texts beside its bytes, which go as a file.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "core/raw_image.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/raw_frame.hpp"

namespace sightglass::imaging::wire {

template <std::size_t capacity>
struct Text {
  std::uint32_t length = 0;
  std::array<char, capacity> bytes{};
};

struct FrameRequest {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t stride = 0;
  std::uint32_t format = 0;  // of core::PixelFormat
  std::uint32_t file = 0;    // of DevelopPlan::File
  std::int32_t quality = 0;
  std::int64_t taken_at_micros = 0;
  double exposure_seconds = 0;
  std::uint32_t has_taken_at = 0;  // 0 or 1, as the next
  std::uint32_t has_exposure = 0;
  Text<longest_camera_text> make{};
  Text<longest_camera_text> model{};
  Text<longest_camera_text> serial{};
  Text<longest_comment> comment{};
};
static_assert(std::is_trivially_copyable_v<FrameRequest>);

// Of what check_frame() and check_plan() let through.
FrameRequest encode_frame(const core::RawImage& frame, const DevelopPlan& plan);

struct FrameWish {
  core::RawImage frame{};  // without its bytes
  DevelopPlan plan{};
};
// Error internal for lengths and kinds that no sender of ours writes; numbers are left to check_frame() and
// check_plan().
core::Result<FrameWish> decode_frame(const FrameRequest& request);

// Frames are developed as long as the file, not its frame, is within the limits: what a message may hold of it.
std::uint32_t most_developed_bytes(const Limits& limits);
// The file's bytes, which at least begin as the plan wants and are within the limits; else error internal.
core::Result<std::string> checked_file(std::string bytes, const DevelopPlan& plan, const Limits& limits);

}  // namespace sightglass::imaging::wire
