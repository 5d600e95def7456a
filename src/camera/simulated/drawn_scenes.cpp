#include "camera/simulated/drawn_scenes.hpp"

#include <array>
#include <numbers>

#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

constexpr std::uint64_t readings = 100'000'000;
constexpr int digits = 8;
constexpr Colour display{1'500, 1'720, 1'350};
constexpr Colour ink{190, 230, 200};

// Bits of the seven segments a to g, a the lowest (IEC 60617 has no such; this is the order of data sheets).
constexpr std::array<unsigned, 10> segments{0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f};
// From where to where each runs in a cell of 1 × 2.
constexpr std::array<std::array<Point, 2>, 7> lines{{{{{0, 0}, {1, 0}}},
                                                     {{{1, 0}, {1, 1}}},
                                                     {{{1, 1}, {1, 2}}},
                                                     {{{0, 2}, {1, 2}}},
                                                     {{{0, 1}, {0, 2}}},
                                                     {{{0, 0}, {0, 1}}},
                                                     {{{0, 1}, {1, 1}}}}};

void draw_segment(Light& light, Point a, Point b, double thickness) {
  const auto least = [&](double u, double v) { return static_cast<std::int32_t>(std::min(u, v) - thickness); };
  const auto most = [&](double u, double v) { return static_cast<std::int32_t>(std::max(u, v) + thickness); };
  for (std::int32_t y = least(a.y, b.y); y <= most(a.y, b.y); ++y) {
    for (std::int32_t x = least(a.x, b.x); x <= most(a.x, b.x); ++x) {
      const Point p{static_cast<double>(x), static_cast<double>(y)};
      blend(light, x, y, ink, coverage(distance_to_line(p, a, b, thickness)));
    }
  }
}

Point between(Point a, Point b, double share) { return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}; }

void draw_digit(Light& light, unsigned digit, Point corner, double width) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (((segments.at(digit) >> i) & 1U) == 0) continue;
    const auto place = [&](Point p) { return Point{corner.x + p.x * width, corner.y + p.y * width}; };
    const Point a = place(lines.at(i)[0]);
    const Point b = place(lines.at(i)[1]);
    draw_segment(light, between(a, b, 0.13), between(b, a, 0.13), width * 0.19);
  }
}

Colour hue(double share) {
  Colour colour{};
  for (std::size_t i = 0; i < 3; ++i) {
    colour[i] = 0.5 + 0.5 * std::cos(2 * std::numbers::pi * (share - static_cast<double>(i) / 3));
  }
  return colour;
}

}  // namespace

std::uint64_t meter_reading(std::uint64_t seed, std::uint64_t number) { return (mixed(seed) + number) % readings; }

void MeterScene::draw_housing() {
  make_size(housing_, wish_.size);
  const core::Size size = wish_.size;
  const double width = size.width;
  for (std::int32_t y = 0; y < size.height; ++y) {
    for (std::int32_t x = 0; x < size.width; ++x) {
      const double grain =
          0.95 + 0.1 * uniform(wish_.seed, static_cast<std::uint64_t>(y) * 8'192 + static_cast<std::uint64_t>(x), 61);
      blend(housing_, x, y, scaled({1'100, 1'080, 1'020}, grain), 1);
      const Point p{x - width / 2, y - size.height / 2.0};
      const double case_edge = distance_to_box(p, width * 0.46, width * 0.2, width * 0.03);
      blend(housing_, x, y, {2'700, 2'720, 2'760}, coverage(case_edge));
      const double display_edge = distance_to_box(p, width * 0.42, width * 0.105, width * 0.012);
      blend(housing_, x, y, {420, 440, 450}, coverage(display_edge - width * 0.008));
      blend(housing_, x, y, scaled(display, 0.92 + 0.16 * (x / width)), coverage(display_edge));
    }
  }
}

core::Result<void> MeterScene::show(std::uint64_t number, bool /*is_centred*/, Light& light) {
  if (housing_.rgb.empty()) draw_housing();
  light = housing_;
  std::uint64_t reading = meter_reading(wish_.seed, number);
  const double pitch = wish_.size.width * 0.098;
  const double cell = pitch * 0.6;
  for (int i = digits - 1; i >= 0; --i) {
    const Point corner{wish_.size.width * 0.5 + (i - digits / 2.0) * pitch + pitch * 0.2,
                       wish_.size.height * 0.5 - cell};
    draw_digit(light, static_cast<unsigned>(reading % 10), corner, cell);
    reading /= 10;
  }
  return {};
}

void GradientScene::draw() {
  make_size(drawn_, wish_.size);
  const core::Size size = wish_.size;
  auto to = drawn_.rgb.begin();
  for (std::int32_t y = 0; y < size.height; ++y) {
    const double down = static_cast<double>(y) / size.height;
    const bool is_scale = down >= 0.75;
    const Colour tint = is_scale ? Colour{1, 1, 1} : mixed_colour({1, 1, 1}, hue(down / 0.75), 0.5);
    for (std::int32_t x = 0; x < size.width; ++x) {
      const std::int32_t step = x / (size.width / 16);
      const double across = is_scale ? step / 15.0 : static_cast<double>(x) / (size.width - 1);
      for (const double part : tint)
        *to++ = static_cast<std::uint16_t>(std::clamp(across * part, 0.0, 1.0) * full_light);
    }
  }
}

core::Result<void> GradientScene::show(std::uint64_t number, bool /*is_centred*/, Light& light) {
  if (drawn_.rgb.empty()) draw();
  light = drawn_;
  const core::Size size = wish_.size;
  const std::int32_t bar = size.width / 16;
  const std::int32_t left = static_cast<std::int32_t>(number % 16) * bar;
  constexpr Colour white{full_light, full_light, full_light};
  for (std::int32_t y = size.height * 70 / 100; y < size.height * 75 / 100; ++y) {
    for (std::int32_t x = left; x < left + bar; ++x) blend(light, x, y, white, 1);
  }
  return {};
}

}  // namespace sightglass::camera
