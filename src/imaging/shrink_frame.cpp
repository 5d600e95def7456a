#include "imaging/shrink_frame.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace sightglass::imaging {
namespace {

using core::PixelFormat;
using core::RawImage;

// Which of red, green and blue the pixel at the even or odd column and row is.
int channel_of(PixelFormat format, std::int32_t x, std::int32_t y) {
  const bool is_red_first = format == PixelFormat::bayer_rg8 || format == PixelFormat::bayer_rg12;
  const bool is_blue_first = format == PixelFormat::bayer_bg8 || format == PixelFormat::bayer_bg12;
  const bool is_green_red = format == PixelFormat::bayer_gr8 || format == PixelFormat::bayer_gr12;
  const int place = (y & 1) * 2 + (x & 1);
  if (is_red_first) return std::array{0, 1, 1, 2}.at(static_cast<std::size_t>(place));
  if (is_blue_first) return std::array{2, 1, 1, 0}.at(static_cast<std::size_t>(place));
  if (is_green_red) return std::array{1, 0, 2, 1}.at(static_cast<std::size_t>(place));
  return std::array{1, 2, 0, 1}.at(static_cast<std::size_t>(place));  // green, blue, red, green
}

struct Sums {
  std::array<std::uint32_t, 3> sum{}, count{};
  void add(int channel, std::uint32_t value) {
    sum.at(static_cast<std::size_t>(channel)) += value;
    ++count.at(static_cast<std::size_t>(channel));
  }
  std::uint8_t mean(int channel) const {
    const auto at = static_cast<std::size_t>(channel);
    return static_cast<std::uint8_t>(count.at(at) == 0 ? 0 : sum.at(at) / count.at(at));
  }
};

class Shrinking {
 public:
  Shrinking(const RawImage& frame, std::int32_t factor)
      : frame_(frame),
        factor_(factor),
        bytes_per_pixel_(core::bytes_per_pixel(frame.format)),
        shift_(core::significant_bits(frame.format) - 8) {}

  RawImage run() const {
    const auto is_grey = !core::is_bayer(frame_.format) && bytes_per_pixel_ != 3;
    const std::int32_t channels = is_grey ? 1 : 3;
    const core::Size size{.width = frame_.size.width / factor_, .height = frame_.size.height / factor_};
    const std::int32_t stride = size.width * channels;
    std::vector<std::uint8_t> out(static_cast<std::size_t>(stride) * static_cast<std::size_t>(size.height));
    auto* pixel = out.data();
    for (std::int32_t y = 0; y < size.height; ++y) {
      for (std::int32_t x = 0; x < size.width; ++x) {
        const auto sums = sums_of(x * factor_, y * factor_);
        for (int channel = 0; channel < channels; ++channel) *pixel++ = sums.mean(channel);
      }
    }
    return {.size = size,
            .format = is_grey ? PixelFormat::mono8 : PixelFormat::rgb8,
            .stride = stride,
            .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(out))};
  }

 private:
  Sums sums_of(std::int32_t left, std::int32_t top) const {
    Sums sums;
    for (std::int32_t y = top; y < top + factor_; ++y) {
      const auto* at = frame_.bytes->data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(frame_.stride) +
                       static_cast<std::size_t>(left) * static_cast<std::size_t>(bytes_per_pixel_);
      for (std::int32_t x = left; x < left + factor_; ++x, at += bytes_per_pixel_) add(sums, at, x, y);
    }
    return sums;
  }

  void add(Sums& sums, const std::uint8_t* at, std::int32_t x, std::int32_t y) const {
    if (bytes_per_pixel_ == 3) {
      const bool is_bgr = frame_.format == PixelFormat::bgr8;
      for (int i = 0; i < 3; ++i) sums.add(is_bgr ? 2 - i : i, at[i]);
      return;
    }
    const std::uint32_t value = bytes_per_pixel_ == 1 ? at[0] : (std::uint32_t{at[1]} << 8 | at[0]);
    const int channel = core::is_bayer(frame_.format) ? channel_of(frame_.format, x, y) : 0;
    sums.add(channel, std::min<std::uint32_t>(value >> shift_, 255));
  }

  const RawImage& frame_;
  const std::int32_t factor_;
  const std::int32_t bytes_per_pixel_;
  const std::int32_t shift_;
};

// Rec. 709.
double luma_at(const RawImage& image, std::int32_t x, std::int32_t y) {
  const auto* row = image.bytes->data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(image.stride);
  if (image.format == PixelFormat::mono8) return row[x];
  const auto* at = row + 3 * static_cast<std::ptrdiff_t>(x);
  return 0.2126 * at[0] + 0.7152 * at[1] + 0.0722 * at[2];
}

double focus_of(const RawImage& image) {
  double sum = 0;
  double squares = 0;
  const auto pixels = static_cast<double>(image.size.width - 2) * static_cast<double>(image.size.height - 2);
  for (std::int32_t y = 1; y + 1 < image.size.height; ++y) {
    for (std::int32_t x = 1; x + 1 < image.size.width; ++x) {
      const double laplacian = luma_at(image, x - 1, y) + luma_at(image, x + 1, y) + luma_at(image, x, y - 1) +
                               luma_at(image, x, y + 1) - 4 * luma_at(image, x, y);
      sum += laplacian;
      squares += laplacian * laplacian;
    }
  }
  if (pixels <= 0) return 0;
  const double mean = sum / pixels;
  return squares / pixels - mean * mean;
}

}  // namespace

RawImage shrink_frame(const RawImage& frame, std::int32_t max_side) {
  const auto longest = std::max(frame.size.width, frame.size.height);
  auto factor = std::max(1, (longest + max_side - 1) / max_side);
  if (core::is_bayer(frame.format)) factor = std::max(2, factor + factor % 2);
  factor = std::min({factor, frame.size.width, frame.size.height});
  return Shrinking(frame, factor).run();
}

FrameMeasures measure_frame(const RawImage& small) {
  FrameMeasures measures;
  const double share = 1.0 / static_cast<double>(std::max<std::int64_t>(1, small.size.pixels()));
  for (std::int32_t y = 0; y < small.size.height; ++y) {
    for (std::int32_t x = 0; x < small.size.width; ++x) {
      const double luma = luma_at(small, x, y);
      measures.mean_luma += luma * share;
      measures.histogram.at(static_cast<std::size_t>(luma * histogram_bins / 256)) += share;
      if (luma < 0.5) measures.dark_share += share;
      if (luma > 254.5) measures.bright_share += share;
    }
  }
  measures.focus = focus_of(small);
  return measures;
}

}  // namespace sightglass::imaging
