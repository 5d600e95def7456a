// The half of pixels.hpp that makes tensors; it needs of OpenCV only what that header offers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

core::Result<void> check_scale(const PixelScale& scale) {
  for (std::size_t channel = 0; channel < 3; ++channel) {
    if (!std::isfinite(scale.mean[channel]) || !(scale.deviation[channel] > 0)) {
      return core::fail(core::invalid_input("deviation", "means must be finite and deviations above 0"));
    }
  }
  return {};
}

// Bytes of pixels of either kind, one after the other.
struct PixelBytes {
  core::Size size{};
  std::size_t channels = 3;
  const std::uint8_t* first = nullptr;
};

// Writes into the planes of `tensor` (1×C×…) from `place` on, whose rows have `width` values.
void write_planes(const PixelBytes& picture, const PixelScale& scale, std::size_t place, Tensor& tensor) {
  const auto width = static_cast<std::size_t>(tensor.shape[3]);
  const auto plane = width * static_cast<std::size_t>(tensor.shape[2]);
  const auto columns = static_cast<std::size_t>(picture.size.width);
  for (std::size_t channel = 0; channel < picture.channels; ++channel) {
    const std::size_t from = scale.order == ColourOrder::bgr ? picture.channels - 1 - channel : channel;
    const float mean = scale.mean[channel];
    const float factor = 1 / scale.deviation[channel];
    for (std::size_t y = 0; y < static_cast<std::size_t>(picture.size.height); ++y) {
      const std::uint8_t* pixel = picture.first + y * columns * picture.channels + from;
      float* value = tensor.values.data() + channel * plane + place + y * width;
      for (std::size_t x = 0; x < columns; ++x, pixel += picture.channels) {
        value[x] = (static_cast<float>(*pixel) - mean) * factor;
      }
    }
  }
}

// In the channels that the network takes.
core::Result<void> write_picture(const core::Raster& picture, const PixelScale& scale, std::size_t place,
                                 Tensor& tensor) {
  if (scale.order != ColourOrder::grey) {
    write_planes({.size = picture.size, .first = picture.rgb.data()}, scale, place, tensor);
    return {};
  }
  SG_ASSIGN(const auto grey, grey_of(picture));
  write_planes({.size = grey.size, .channels = 1, .first = grey.values.data()}, scale, place, tensor);
  return {};
}

Tensor filled_tensor(core::Size input, const PixelScale& scale, float fill) {
  const auto plane = static_cast<std::size_t>(input.pixels());
  const std::int64_t channels = scale.order == ColourOrder::grey ? 1 : 3;
  Tensor tensor{.shape = {1, channels, input.height, input.width},
                .values = std::vector<float>(static_cast<std::size_t>(channels) * plane)};
  for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels); ++channel) {
    std::fill_n(tensor.values.begin() + static_cast<std::ptrdiff_t>(channel * plane), plane,
                (fill - scale.mean[channel]) / scale.deviation[channel]);
  }
  return tensor;
}

}  // namespace

core::Result<Tensor> tensor_of(const core::Raster& picture, const PixelScale& scale) {
  const Letterbox whole{.picture = picture.size, .input = picture.size};
  return letterboxed(picture, whole, scale);
}

core::Result<Tensor> letterboxed(const core::Raster& picture, const Letterbox& place, const PixelScale& scale,
                                 float fill) {
  SG_TRY(check_scale(scale));
  const core::Size inner{std::max(1, static_cast<std::int32_t>(std::lround(picture.size.width * place.scale))),
                         std::max(1, static_cast<std::int32_t>(std::lround(picture.size.height * place.scale)))};
  const auto left = static_cast<std::int32_t>(place.left);
  const auto top = static_cast<std::int32_t>(place.top);
  if (place.picture != picture.size || left < 0 || top < 0 || left + inner.width > place.input.width ||
      top + inner.height > place.input.height ||
      count_of(std::array<std::int64_t, 3>{3, place.input.height, place.input.width}) < 0) {
    return core::fail(core::invalid_input("place", "the letterbox is that of a picture of another size"));
  }
  SG_ASSIGN(const auto scaled, resized(picture, inner));
  Tensor tensor = filled_tensor(place.input, scale, fill);
  const auto first = static_cast<std::size_t>(top) * static_cast<std::size_t>(place.input.width);
  SG_TRY(write_picture(scaled, scale, first + static_cast<std::size_t>(left), tensor));
  return tensor;
}

}  // namespace sightglass::vision
