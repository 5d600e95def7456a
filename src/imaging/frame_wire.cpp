#include "imaging/frame_wire.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace sightglass::imaging::wire {

namespace {

template <std::size_t capacity>
Text<capacity> text_of(std::string_view words) {
  Text<capacity> text;
  text.length = static_cast<std::uint32_t>(std::min(words.size(), capacity));
  std::copy_n(words.begin(), text.length, text.bytes.begin());
  return text;
}

template <std::size_t capacity>
std::string words_of(const Text<capacity>& text) {
  return {text.bytes.data(), text.length};
}

template <std::size_t capacity>
bool is_plausible(const Text<capacity>& text) {
  return text.length <= capacity;
}

bool is_plausible(const FrameRequest& request) {
  return request.format <= static_cast<std::uint32_t>(core::PixelFormat::bayer_bg12) &&
         request.file <= static_cast<std::uint32_t>(DevelopPlan::File::tiff) && request.has_taken_at <= 1 &&
         request.has_exposure <= 1 && is_plausible(request.make) && is_plausible(request.model) &&
         is_plausible(request.serial) && is_plausible(request.comment);
}

std::string_view beginning_of(DevelopPlan::File file) {
  switch (file) {
    case DevelopPlan::File::jpeg: return "\xff\xd8\xff";
    case DevelopPlan::File::png: return "\x89PNG\r\n\x1a\n";
    case DevelopPlan::File::tiff: return {"II*\0", 4};
  }
  return {};
}

}  // namespace

FrameRequest encode_frame(const core::RawImage& frame, const DevelopPlan& plan) {
  return {.width = frame.size.width,
          .height = frame.size.height,
          .stride = frame.stride,
          .format = static_cast<std::uint32_t>(frame.format),
          .file = static_cast<std::uint32_t>(plan.file),
          .quality = plan.quality,
          .taken_at_micros = plan.taken_at ? core::to_micros(*plan.taken_at) : 0,
          .exposure_seconds = plan.exposure_seconds.value_or(0),
          .has_taken_at = plan.taken_at ? 1U : 0U,
          .has_exposure = plan.exposure_seconds ? 1U : 0U,
          .make = text_of<longest_camera_text>(plan.make),
          .model = text_of<longest_camera_text>(plan.model),
          .serial = text_of<longest_camera_text>(plan.serial),
          .comment = text_of<longest_comment>(plan.comment)};
}

core::Result<FrameWish> decode_frame(const FrameRequest& request) {
  if (!is_plausible(request)) return core::fail(core::internal_error("a frame's request cannot be understood"));
  FrameWish wish;
  wish.frame = {.size = {request.width, request.height},
                .format = static_cast<core::PixelFormat>(request.format),
                .stride = request.stride};
  wish.plan = {.file = static_cast<DevelopPlan::File>(request.file),
               .quality = request.quality,
               .make = words_of(request.make),
               .model = words_of(request.model),
               .serial = words_of(request.serial),
               .comment = words_of(request.comment)};
  if (request.has_taken_at != 0) wish.plan.taken_at = core::from_micros(request.taken_at_micros);
  if (request.has_exposure != 0) wish.plan.exposure_seconds = request.exposure_seconds;
  return wish;
}

std::uint32_t most_developed_bytes(const Limits& limits) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(limits.max_bytes, 0, 1LL << 30));
}

core::Result<std::string> checked_file(std::string bytes, const DevelopPlan& plan, const Limits& limits) {
  if (!bytes.starts_with(beginning_of(plan.file)) || bytes.size() > most_developed_bytes(limits))
    return core::fail(core::internal_error("the decoder sent a file that was not asked for"));
  return bytes;
}

}  // namespace sightglass::imaging::wire
