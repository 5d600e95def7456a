// A frame's pixels in the form that encoders take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>

#include "core/raw_image.hpp"
#include "core/result.hpp"

namespace sightglass::imaging::pipeline {

enum class SampleOrder : std::uint8_t { grey, rgb, bgr };

// Interleaved samples of 8 or 16 bits.
struct Samples {
  core::Size size{};
  SampleOrder order = SampleOrder::grey;
  int bits = 8;                         // of a sample as it lies in memory: 8 or 16
  const std::uint8_t* first = nullptr;  // of the top left pixel: in `held`, or in the frame
  std::size_t pitch = 0;                // bytes from one row to the next
  std::variant<std::unique_ptr<std::uint8_t[]>, std::unique_ptr<std::uint16_t[]>> held{};

  int channels() const { return order == SampleOrder::grey ? 1 : 3; }
  std::size_t row_bytes() const {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels() * bits / 8);
  }
};

// 8 bits a sample; more are scaled by the format's significant bits, what lies above those counts as full. Borrows from
// `frame` where its pixels are as wanted already; frames are checked by check_frame(). Errors: those of demosaic().
core::Result<Samples> eight_bit_samples(const core::RawImage& frame);
// As many bits as the sensor gave: in 16-bit words where it gave more than 8.
core::Result<Samples> whole_samples(const core::RawImage& frame);

// In the order R, G, B, rows without gaps.
Samples packed_rgb(Samples samples);

}  // namespace sightglass::imaging::pipeline
