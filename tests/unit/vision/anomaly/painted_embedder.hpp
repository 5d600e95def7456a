// An embedder without a network: cells of a picture become features by a fixed rule, so that what is learnt of them is
// known beforehand.
#pragma once

#include <limits>
#include <string>

#include "vision/embedding/embedder.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {

// 128×128 input, 16×16 coarse and 32×32 fine cells of a few channels: averages of the picture's colours, and mixtures.
class PaintedEmbedder final : public Embedder {
 public:
  static constexpr std::size_t channels = 12;
  std::string name = "painted@1";
  bool is_broken = false;  // answers NaN
  std::string_view model() const override { return name; }

  core::Result<BackbonePass> pass(const core::Raster& picture, double) override {
    BackbonePass answer{.letterbox = Letterbox::fit(picture.size, {128, 128})};
    answer.fine = cells_of(picture, answer.letterbox, 32);
    answer.coarse = cells_of(picture, answer.letterbox, 16);
    if (is_broken) answer.coarse.values[100] = std::numeric_limits<float>::quiet_NaN();
    return answer;
  }

 private:
  static Tensor cells_of(const core::Raster& picture, const Letterbox& letterbox, std::int32_t side) {
    const auto count = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    Tensor tensor{.shape = {1, channels, side, side}, .values = std::vector<float>(channels * count)};
    for (std::int32_t y = 0; y < side; ++y)
      for (std::int32_t x = 0; x < side; ++x) {
        const double px = ((x + 0.5) * 128 / side - letterbox.left) / letterbox.scale;
        const double py = ((y + 0.5) * 128 / side - letterbox.top) / letterbox.scale;
        if (px < 0 || py < 0 || px >= picture.size.width || py >= picture.size.height) continue;
        const std::uint8_t* pixel = picture.row(static_cast<std::int32_t>(py)) + 3 * static_cast<std::size_t>(px);
        for (std::size_t c = 0; c < channels; ++c)
          tensor.values[c * count + static_cast<std::size_t>(y * side + x)] =
              static_cast<float>(pixel[c % 3]) / 16 + static_cast<float>(pixel[(c + c / 3) % 3]) / 32;
      }
    return tensor;
  }
};

// Grey noise round 128, the same for the same seed.
inline core::Raster noisy_picture(core::Size size, std::uint64_t seed) {
  RandomStream random(seed);
  core::Raster picture{.size = size, .rgb = std::vector<std::uint8_t>(3 * static_cast<std::size_t>(size.pixels()))};
  for (auto& value : picture.rgb) value = static_cast<std::uint8_t>(120 + random.below(16));
  return picture;
}

inline void paint(core::Raster& picture, std::int32_t left, std::int32_t top, std::int32_t side, std::uint8_t value) {
  for (std::int32_t y = top; y < top + side; ++y)
    for (std::int32_t x = 3 * left; x < 3 * (left + side); ++x)
      picture.rgb[3 * static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.size.width) +
                  static_cast<std::size_t>(x)] = value;
}

}  // namespace sightglass::vision
