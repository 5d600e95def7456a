#include "imaging/pipeline/samples.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "imaging/opencv/demosaic.hpp"

namespace sightglass::imaging::pipeline {

namespace {

using core::Result;

const std::uint8_t* row_of(const core::RawImage& frame, std::int32_t y) {
  return frame.bytes->data() + static_cast<std::ptrdiff_t>(y) * frame.stride;
}

SampleOrder order_of(const core::RawImage& frame) {
  if (frame.format == core::PixelFormat::rgb8) return SampleOrder::rgb;
  return frame.format == core::PixelFormat::bgr8 ? SampleOrder::bgr : SampleOrder::grey;
}

template <typename Sample>
Samples grey_of(core::Size size, std::unique_ptr<Sample[]> values) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(values.get());
  Samples samples{.size = size, .bits = 8 * static_cast<int>(sizeof(Sample)), .first = first};
  samples.pitch = samples.row_bytes();
  samples.held = std::move(values);
  return samples;
}

template <typename Sample>
Result<Samples> colours_of(const core::RawImage& frame, const Sample* mosaic, std::int32_t stride) {
  SG_ASSIGN(auto colours, opencv::demosaic(opencv::Mosaic<Sample>{frame.size, frame.format, mosaic, stride}));
  return Samples{.size = frame.size,
                 .order = SampleOrder::rgb,
                 .bits = 8 * static_cast<int>(sizeof(Sample)),
                 .first = reinterpret_cast<const std::uint8_t*>(colours.first),
                 .pitch = colours.pitch * sizeof(Sample),
                 .held = std::move(colours.block)};
}

// Words of little endian, as this machine's are. Rows need not lie at even addresses.
std::unique_ptr<std::uint16_t[]> words_of(const core::RawImage& frame) {
  const auto width = static_cast<std::size_t>(frame.size.width);
  auto words = std::make_unique_for_overwrite<std::uint16_t[]>(static_cast<std::size_t>(frame.size.pixels()));
  for (std::int32_t y = 0; y < frame.size.height; ++y)
    std::memcpy(words.get() + width * static_cast<std::size_t>(y), row_of(frame, y), 2 * width);
  return words;
}

std::unique_ptr<std::uint8_t[]> upper_bits_of(const core::RawImage& frame) {
  const int bits = core::significant_bits(frame.format);
  const auto full = static_cast<std::uint16_t>((1U << bits) - 1);
  const auto count = static_cast<std::size_t>(frame.size.pixels());
  const auto words = words_of(frame);
  auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(count);
  std::ranges::transform(std::span(words.get(), count), bytes.get(), [&](std::uint16_t word) {
    return static_cast<std::uint8_t>(std::min(word, full) >> (bits - 8));
  });
  return bytes;
}

Samples borrowed(const core::RawImage& frame) {
  return {.size = frame.size,
          .order = order_of(frame),
          .first = frame.bytes->data(),
          .pitch = static_cast<std::size_t>(frame.stride)};
}

}  // namespace

// Bits are dropped before colours are made: as exact as eight bits can be, at a fifth of the time.
Result<Samples> eight_bit_samples(const core::RawImage& frame) {
  const bool is_deep = core::significant_bits(frame.format) > 8;
  if (!core::is_bayer(frame.format)) return is_deep ? grey_of(frame.size, upper_bits_of(frame)) : borrowed(frame);
  if (!is_deep) return colours_of(frame, frame.bytes->data(), frame.stride);
  const auto bytes = upper_bits_of(frame);
  return colours_of<std::uint8_t>(frame, bytes.get(), frame.size.width);
}

Result<Samples> whole_samples(const core::RawImage& frame) {
  if (core::significant_bits(frame.format) <= 8) return eight_bit_samples(frame);
  auto words = words_of(frame);
  if (!core::is_bayer(frame.format)) return grey_of(frame.size, std::move(words));
  return colours_of<std::uint16_t>(frame, words.get(), frame.size.width);
}

Samples packed_rgb(Samples samples) {
  const auto row_bytes = samples.row_bytes();
  if (samples.order != SampleOrder::bgr && samples.pitch == row_bytes) return samples;
  const auto rows = static_cast<std::size_t>(samples.size.height);
  auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(row_bytes * rows);
  for (std::size_t y = 0; y < rows; ++y) {
    auto* to = bytes.get() + y * row_bytes;
    std::memcpy(to, samples.first + y * samples.pitch, row_bytes);
    if (samples.order != SampleOrder::bgr) continue;
    for (std::size_t x = 0; x < row_bytes; x += 3) std::swap(to[x], to[x + 2]);
  }
  samples.order = samples.order == SampleOrder::bgr ? SampleOrder::rgb : samples.order;
  samples.first = bytes.get();
  samples.pitch = row_bytes;
  samples.held = std::move(bytes);
  return samples;
}

}  // namespace sightglass::imaging::pipeline
