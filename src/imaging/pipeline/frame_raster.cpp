#include "imaging/pipeline/frame_raster.hpp"

#include <cstring>

#include "imaging/pipeline/samples.hpp"

namespace sightglass::imaging::pipeline {

namespace {

void spread_grey(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) {
  for (std::size_t x = 0; x < pixels; ++x) {
    const auto value = from[x];
    to[3 * x] = value;
    to[3 * x + 1] = value;
    to[3 * x + 2] = value;
  }
}

void swap_red_and_blue(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) {
  for (std::size_t x = 0; x < 3 * pixels; x += 3) {
    to[x] = from[x + 2];
    to[x + 1] = from[x + 1];
    to[x + 2] = from[x];
  }
}

}  // namespace

core::Result<core::Raster> frame_raster(const core::RawImage& frame, const std::optional<core::Box>& region) {
  SG_ASSIGN(const auto samples, eight_bit_samples(frame));
  const core::Box box =
      region.value_or(core::Box{0, 0, static_cast<double>(frame.size.width), static_cast<double>(frame.size.height)});
  core::Raster raster{.size = {static_cast<std::int32_t>(box.width), static_cast<std::int32_t>(box.height)}};
  const auto pixels = static_cast<std::size_t>(raster.size.width);
  const auto rows = static_cast<std::size_t>(raster.size.height);
  raster.rgb.resize(3 * pixels * rows);
  const auto channels = static_cast<std::size_t>(samples.channels());
  const auto* from =
      samples.first + static_cast<std::size_t>(box.y) * samples.pitch + static_cast<std::size_t>(box.x) * channels;
  auto* to = raster.rgb.data();
  for (std::size_t y = 0; y < rows; ++y, from += samples.pitch, to += 3 * pixels) {
    if (samples.order == SampleOrder::rgb) std::memcpy(to, from, 3 * pixels);
    if (samples.order == SampleOrder::bgr) swap_red_and_blue(from, pixels, to);
    if (samples.order == SampleOrder::grey) spread_grey(from, pixels, to);
  }
  return raster;
}

}  // namespace sightglass::imaging::pipeline
