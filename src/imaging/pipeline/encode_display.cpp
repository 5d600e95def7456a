#include "imaging/pipeline/encode_display.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "imaging/pipeline/scale_upright.hpp"
#include "imaging/turbojpeg/jpeg_planes.hpp"

namespace sightglass::imaging::pipeline {

namespace {

constexpr std::int32_t quality_step = 8;
constexpr std::int32_t least_quality = 45;  // below, blocks show; a smaller picture then looks better
constexpr std::int32_t least_side = 64;

bool fits(const std::string& jpeg, std::int64_t most) {
  return most <= 0 || static_cast<std::int64_t>(jpeg.size()) <= most;
}

// The first JPEG that fits, or the last one tried.
core::Result<std::string> encode_within(const PlanarPicture& picture, const DerivePlan& plan) {
  SG_ASSIGN(auto jpeg, turbojpeg::encode_jpeg(picture, plan.display_quality));
  for (auto quality = plan.display_quality - quality_step; quality >= least_quality; quality -= quality_step) {
    if (fits(jpeg, plan.display_max_bytes)) break;
    SG_ASSIGN(jpeg, turbojpeg::encode_jpeg(picture, quality));
  }
  return jpeg;
}

}  // namespace

core::Result<EncodedDisplay> encode_display(const PlanarPicture& picture, const DerivePlan& plan) {
  SG_ASSIGN(auto jpeg, encode_within(picture, plan));
  auto size = picture.size;
  while (!fits(jpeg, plan.display_max_bytes) && std::max(size.width, size.height) > least_side) {
    size = core::fit_inside(size, {std::max(size.width * 4 / 5, 1), std::max(size.height * 4 / 5, 1)});
    // Always from the first picture: what is scaled twice is blurred twice.
    SG_ASSIGN(jpeg, encode_within(scale_upright(picture, size, core::Orientation::upright), plan));
  }
  return EncodedDisplay{std::move(jpeg), size};
}

}  // namespace sightglass::imaging::pipeline
