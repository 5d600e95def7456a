// Colours of a sensor under a Bayer mosaic, by OpenCV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/raw_image.hpp"
#include "core/result.hpp"

namespace sightglass::imaging::opencv {

// A mosaic's rows; samples of 8 bits in bytes, of more in 16-bit words.
template <typename Sample>
struct Mosaic {
  core::Size size{};
  core::PixelFormat format = core::PixelFormat::bayer_rg8;
  const Sample* samples = nullptr;
  std::int32_t stride = 0;  // samples from one row to the next
};

// Interleaved R, G, B of the mosaic's size and depth, inside a block that is a little larger.
template <typename Sample>
struct Colours {
  std::unique_ptr<Sample[]> block{};
  const Sample* first = nullptr;  // of the top left pixel
  std::size_t pitch = 0;          // samples from one row to the next
};

// Green along edges rather than across, red and blue by their neighbours. No white balance: cameras do that themselves.
// One thread. Blocks. Errors: too_large when memory does not suffice; internal.
core::Result<Colours<std::uint8_t>> demosaic(const Mosaic<std::uint8_t>& mosaic);
core::Result<Colours<std::uint16_t>> demosaic(const Mosaic<std::uint16_t>& mosaic);

// Makes the library load what it loads late, while files can still be opened.
core::Result<void> warm_up();

}  // namespace sightglass::imaging::opencv
