#include "camera/simulated/sensor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

constexpr std::size_t draws = 1U << 14;
// Of an ordinary industrial sensor with pixels of about 3.5 µm (EMVA 1288 sheets of such): electrons.
constexpr double full_well = 10'000;
constexpr double read_noise = 6;

// For each amount of light the mean and the deviation of what is read, 0 to 4095.
struct Response {
  std::vector<float> mean = std::vector<float>(full_light + 1);
  std::vector<float> deviation = std::vector<float>(full_light + 1);
};

Response response_of(const Settings& settings, double noise) {
  const double ratio = settings.exposure_ms.value_or(reference_exposure_ms) / reference_exposure_ms;
  const double gain = std::pow(10.0, settings.gain.value_or(0) / 20);
  const double black = settings.black_level.value_or(0);
  constexpr double per_electron = full_light / full_well;
  // What several pixels together read is their mean.
  const double averaged = settings.binning.value_or(1);
  Response response;
  for (std::size_t light = 0; light <= full_light; ++light) {
    const double electrons = std::min(static_cast<double>(light) * ratio / per_electron, full_well);
    const double deviation = std::sqrt(electrons + read_noise * read_noise);
    response.mean[light] = static_cast<float>(electrons * per_electron * gain + black);
    response.deviation[light] = static_cast<float>(deviation * per_electron * gain * noise / averaged);
  }
  return response;
}

// Which of red, green and blue a pixel of a Bayer sensor sees, by row and column modulo 2.
using Mosaic = std::array<std::array<std::size_t, 2>, 2>;
Mosaic mosaic_of(core::PixelFormat format) {
  using enum core::PixelFormat;
  switch (format) {
    case bayer_gr8:
    case bayer_gr12: return {{{1, 0}, {2, 1}}};
    case bayer_gb8:
    case bayer_gb12: return {{{1, 2}, {0, 1}}};
    case bayer_bg8:
    case bayer_bg12: return {{{2, 1}, {1, 0}}};
    default: return {{{0, 1}, {1, 2}}};
  }
}

// Reads single samples of the light, binned.
class Sampler {
 public:
  Sampler(const Light& light, const Region& region, std::int32_t binning)
      : light_(light), region_(region), binning_(binning) {}

  std::size_t colour(std::int32_t x, std::int32_t y, std::size_t channel) const {
    if (binning_ == 1) return pixel(x, y)[channel];
    std::size_t sum = 0;
    for (std::int32_t row = 0; row < binning_; ++row) {
      for (std::int32_t column = 0; column < binning_; ++column) {
        sum += pixel(x * binning_ + column, y * binning_ + row)[channel];
      }
    }
    return sum / static_cast<std::size_t>(binning_ * binning_);
  }
  // Luma of ITU-R BT.601.
  std::size_t grey(std::int32_t x, std::int32_t y) const {
    if (binning_ == 1) {
      const std::uint16_t* rgb = pixel(x, y);
      return (rgb[0] * 77U + rgb[1] * 150U + rgb[2] * 29U) >> 8U;
    }
    return (colour(x, y, 0) * 77 + colour(x, y, 1) * 150 + colour(x, y, 2) * 29) >> 8U;
  }

 private:
  const std::uint16_t* pixel(std::int32_t x, std::int32_t y) const {
    const auto row = static_cast<std::size_t>(region_.y + y) * static_cast<std::size_t>(light_.size.width);
    return light_.rgb.data() + (row + static_cast<std::size_t>(region_.x + x)) * 3;
  }

  const Light& light_;
  Region region_;
  std::int32_t binning_;
};

// Turns samples of light into what is read, with the noise of one row of one frame.
class Reader {
 public:
  Reader(const Response& response, const std::vector<float>& normal, std::size_t place)
      : response_(response), normal_(normal), place_(place) {}
  std::uint32_t read(std::size_t light) {
    const float value = response_.mean[light] + response_.deviation[light] * normal_[place_++ & (draws - 1)];
    return static_cast<std::uint32_t>(std::clamp(value + 0.5F, 0.0F, 4095.0F));
  }

 private:
  const Response& response_;
  const std::vector<float>& normal_;
  std::size_t place_;
};

void put_wide(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value & 0xffU);
  at[1] = static_cast<std::uint8_t>(value >> 8U);
}

void read_row(std::uint8_t* row, std::int32_t width, std::int32_t y, core::PixelFormat format, const Sampler& sampler,
              Reader& reader) {
  const Mosaic mosaic = mosaic_of(format);
  const auto& colours = mosaic.at(static_cast<std::size_t>(y % 2));
  const std::int32_t bits = core::significant_bits(format);
  const bool is_bayer = core::is_bayer(format);
  const auto is_reversed = format == core::PixelFormat::bgr8;
  for (std::int32_t x = 0; x < width; ++x) {
    if (core::bytes_per_pixel(format) == 3) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        *row++ =
            static_cast<std::uint8_t>(reader.read(sampler.colour(x, y, is_reversed ? 2 - channel : channel)) >> 4U);
      }
      continue;
    }
    const std::uint32_t value =
        reader.read(is_bayer ? sampler.colour(x, y, colours.at(static_cast<std::size_t>(x % 2))) : sampler.grey(x, y));
    if (bits == 8) {
      *row++ = static_cast<std::uint8_t>(value >> 4U);
    } else {
      put_wide(row, bits >= 12 ? value << static_cast<std::uint32_t>(bits - 12) : value >> 2U);
      row += 2;
    }
  }
}

}  // namespace

Sensor::Sensor(std::uint64_t seed, double noise) : seed_(seed), noise_(noise), normal_(draws) {
  // Box and Muller 1958.
  for (std::size_t i = 0; i < draws; ++i) {
    const double radius = std::sqrt(-2 * std::log(1 - uniform(seed, i, 1)));
    normal_[i] = static_cast<float>(radius * std::cos(2 * std::numbers::pi * uniform(seed, i, 2)));
  }
}

core::RawImage Sensor::expose(const Light& light, const Settings& settings, std::uint64_t number) const {
  const Region region = settings.region.value_or(Region{0, 0, light.size.width, light.size.height});
  const std::int32_t binning = settings.binning.value_or(1);
  const core::PixelFormat format = settings.format.value_or(core::PixelFormat::mono8);
  const core::Size size{region.width / binning, region.height / binning};
  const std::int32_t stride = size.width * core::bytes_per_pixel(format);
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(stride) *
                                                           static_cast<std::size_t>(size.height));
  const Response response = response_of(settings, noise_);
  const Sampler sampler(light, region, binning);
  for (std::int32_t y = 0; y < size.height; ++y) {
    Reader reader(response, normal_, mixed(seed_, number, static_cast<std::uint64_t>(y)));
    read_row(bytes->data() + static_cast<std::size_t>(stride) * static_cast<std::size_t>(y), size.width, y, format,
             sampler, reader);
  }
  return {.size = size, .format = format, .stride = stride, .bytes = std::move(bytes)};
}

}  // namespace sightglass::camera
