#include "inspection/heat_map.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace sightglass::inspection {
namespace {

constexpr std::string_view magic = "SGH1";
constexpr std::size_t header_bytes = 8;

std::uint32_t read_16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]) | static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at + 1]))
                                                    << 8;
}

void append_16(std::string& out, std::uint32_t number) {
  out += static_cast<char>(number & 0xff);
  out += static_cast<char>(number >> 8 & 0xff);
}

// IEEE 754-2019, section 3.4: sign, 5 bits of exponent with bias 15, 10 of fraction.
float from_half(std::uint32_t half) {
  const auto exponent = static_cast<int>(half >> 10 & 0x1f);
  const auto fraction = static_cast<float>(half & 0x3ff);
  float value = 0;
  if (exponent == 0)
    value = std::ldexp(fraction, -24);
  else if (exponent < 31)
    value = std::ldexp(fraction + 1024, exponent - 25);
  return (half & 0x8000) != 0 ? -value : value;
}

// To the nearest; what is too large becomes the largest number there is.
std::uint32_t to_half(float value) {
  constexpr float largest = 65'504;
  const std::uint32_t sign = std::signbit(value) ? 0x8000 : 0;
  if (!std::isfinite(value)) value = 0;
  const float size = std::min(std::abs(value), largest);
  if (size == 0) return sign;
  int exponent = 0;
  std::frexp(size, &exponent);
  // Steps of the last bit: 2^(exponent − 11), and of numbers too small for that 2^−24.
  const int step = std::max(exponent - 11, -24);
  const auto steps = static_cast<std::uint32_t>(std::lround(std::ldexp(size, -step)));
  if (step == -24) return sign | steps;  // the carry into the first normal number is right by itself
  return sign | (static_cast<std::uint32_t>(step + 25) << 10) + (steps - 1024);
}

bool is_sound(core::Size size) {
  return size.width > 0 && size.height > 0 && size.width <= largest_heat_map && size.height <= largest_heat_map;
}

// Where a pixel lies between the centres of two cells, held to the outer ones at the edges.
struct Between {
  std::size_t first, second;
  float share;  // of the second
};
Between between(std::int32_t pixel, std::int32_t factor, std::int32_t cells) {
  const float place = (static_cast<float>(pixel) + 0.5F) / static_cast<float>(factor) - 0.5F;
  const float held = std::clamp(place, 0.0F, static_cast<float>(cells - 1));
  const auto first = static_cast<std::size_t>(held);
  const auto second = std::min(first + 1, static_cast<std::size_t>(cells - 1));
  return {first, second, held - static_cast<float>(first)};
}

}  // namespace

core::Result<std::string> to_bytes(const HeatMap& map) {
  if (!is_sound(map.size) || map.z.size() != static_cast<std::size_t>(map.size.pixels()))
    return core::fail(core::invalid_input("heat_map", "a heat map has 1 to 1024 cells a side, and a number for each"));
  std::string bytes(magic);
  bytes.reserve(header_bytes + 2 * map.z.size());
  append_16(bytes, static_cast<std::uint32_t>(map.size.width));
  append_16(bytes, static_cast<std::uint32_t>(map.size.height));
  for (const float z : map.z) append_16(bytes, to_half(z));
  return bytes;
}

core::Result<HeatMap> heat_map_from_bytes(std::string_view bytes) {
  const auto broken = [] { return core::fail(core::ErrorCode::corrupt_image, "These bytes are no heat map."); };
  if (bytes.size() < header_bytes || !bytes.starts_with(magic)) return broken();
  HeatMap map{.size = {static_cast<std::int32_t>(read_16(bytes, 4)), static_cast<std::int32_t>(read_16(bytes, 6))}};
  if (!is_sound(map.size)) return broken();
  const auto cells = static_cast<std::size_t>(map.size.pixels());
  if (bytes.size() != header_bytes + 2 * cells) return broken();
  map.z.resize(cells);
  for (std::size_t i = 0; i < cells; ++i) map.z[i] = from_half(read_16(bytes, header_bytes + 2 * i));
  return map;
}

GreyPicture painted(const HeatMap& map, std::int32_t factor, float brightest) {
  GreyPicture picture{.size = {map.size.width * factor, map.size.height * factor}};
  picture.pixels.reserve(static_cast<std::size_t>(picture.size.pixels()));
  const auto row_cells = static_cast<std::size_t>(map.size.width);
  for (std::int32_t y = 0; y < picture.size.height; ++y) {
    const auto down = between(y, factor, map.size.height);
    for (std::int32_t x = 0; x < picture.size.width; ++x) {
      const auto across = between(x, factor, map.size.width);
      const auto in_row = [&](std::size_t row) {
        const float* cells = map.z.data() + row * row_cells;
        return std::lerp(cells[across.first], cells[across.second], across.share);
      };
      const float z = std::lerp(in_row(down.first), in_row(down.second), down.share);
      const float shade = std::clamp(z / brightest, 0.0F, 1.0F) * 255;
      picture.pixels.push_back(static_cast<std::uint8_t>(std::lround(shade)));
    }
  }
  return picture;
}

}  // namespace sightglass::inspection
