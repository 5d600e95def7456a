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
    const double wanted = static_cast<double>(light) * ratio / per_electron;
    const double electrons = std::min(wanted, full_well);
    // A well that is full has no shot noise.
    const double deviation = wanted > full_well ? 0 : std::sqrt(electrons + read_noise * read_noise);
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

// One row of the light that the pixels of a row get, binned: one value a pixel, or three for colour.
class Row {
 public:
  Row(const Light& light, const Region& region, std::int32_t binning, core::PixelFormat format)
      : light_(light), region_(region), binning_(binning), format_(format), mosaic_(mosaic_of(format)) {}

  const std::vector<std::uint16_t>& gather(std::int32_t y) {
    const auto channels = static_cast<std::size_t>(core::bytes_per_pixel(format_) == 3 ? 3 : 1);
    values_.resize(static_cast<std::size_t>(region_.width / binning_) * channels);
    if (binning_ == 1) {
      fill(y, [this](std::int32_t x, std::int32_t row) { return pixel(x, row); });
    } else {
      fill(y, [this](std::int32_t x, std::int32_t row) { return binned(x, row); });
    }
    return values_;
  }

 private:
  using Rgb = std::array<std::uint32_t, 3>;

  template <typename At>
  void fill(std::int32_t y, At at) {
    const std::int32_t width = region_.width / binning_;
    std::uint16_t* to = values_.data();
    if (core::bytes_per_pixel(format_) == 3) {
      const std::size_t first = format_ == core::PixelFormat::bgr8 ? 2 : 0;
      for (std::int32_t x = 0; x < width; ++x) {
        const Rgb rgb = at(x, y);
        *to++ = static_cast<std::uint16_t>(rgb[first]);
        *to++ = static_cast<std::uint16_t>(rgb[1]);
        *to++ = static_cast<std::uint16_t>(rgb[2 - first]);
      }
    } else if (core::is_bayer(format_)) {
      const auto& colours = mosaic_[static_cast<std::size_t>(y % 2)];
      for (std::int32_t x = 0; x < width; ++x)
        *to++ = static_cast<std::uint16_t>(at(x, y)[colours[static_cast<std::size_t>(x % 2)]]);
    } else {
      // Luma of ITU-R BT.601.
      for (std::int32_t x = 0; x < width; ++x) {
        const Rgb rgb = at(x, y);
        *to++ = static_cast<std::uint16_t>((rgb[0] * 77 + rgb[1] * 150 + rgb[2] * 29) >> 8U);
      }
    }
  }

  Rgb pixel(std::int32_t x, std::int32_t y) const {
    const auto row = static_cast<std::size_t>(region_.y + y) * static_cast<std::size_t>(light_.size.width);
    const std::uint16_t* rgb = light_.rgb.data() + (row + static_cast<std::size_t>(region_.x + x)) * 3;
    return {rgb[0], rgb[1], rgb[2]};
  }
  Rgb binned(std::int32_t x, std::int32_t y) const {
    Rgb sum{};
    for (std::int32_t row = 0; row < binning_; ++row) {
      for (std::int32_t column = 0; column < binning_; ++column) {
        const auto one = pixel(x * binning_ + column, y * binning_ + row);
        for (std::size_t i = 0; i < 3; ++i) sum[i] += one[i];
      }
    }
    for (std::uint32_t& value : sum) value /= static_cast<std::uint32_t>(binning_ * binning_);
    return sum;
  }

  const Light& light_;
  Region region_;
  std::int32_t binning_;
  core::PixelFormat format_;
  Mosaic mosaic_;
  std::vector<std::uint16_t> values_;
};

// What is read of a row, with its noise: 12 bits each.
void read(const std::vector<std::uint16_t>& light, const Response& response, const std::vector<float>& normal,
          std::size_t place, std::vector<std::uint16_t>& values) {
  values.resize(light.size());
  for (std::size_t i = 0; i < light.size(); ++i) {
    const float value = response.mean[light[i]] + response.deviation[light[i]] * normal[(place + i) & (draws - 1)];
    values[i] = static_cast<std::uint16_t>(std::clamp(value + 0.5F, 0.0F, 4095.0F));
  }
}

void pack(const std::vector<std::uint16_t>& values, std::int32_t bits, std::uint8_t* row) {
  if (bits == 8) {
    for (const std::uint16_t value : values) *row++ = static_cast<std::uint8_t>(value >> 4U);
    return;
  }
  for (const std::uint16_t value : values) {
    const std::uint32_t wide = bits >= 12 ? static_cast<std::uint32_t>(value) << static_cast<std::uint32_t>(bits - 12)
                                          : static_cast<std::uint32_t>(value) >> 2U;
    *row++ = static_cast<std::uint8_t>(wide & 0xffU);
    *row++ = static_cast<std::uint8_t>(wide >> 8U);
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
  Row row(light, region, binning, format);
  std::vector<std::uint16_t> values;
  for (std::int32_t y = 0; y < size.height; ++y) {
    read(row.gather(y), response, normal_, mixed(seed_, number, static_cast<std::uint64_t>(y)), values);
    pack(values, core::significant_bits(format),
         bytes->data() + static_cast<std::size_t>(stride) * static_cast<std::size_t>(y));
  }
  return {.size = size, .format = format, .stride = stride, .bytes = std::move(bytes)};
}

}  // namespace sightglass::camera
