#include "camera/simulated/belt_scene.hpp"

#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

enum Purpose : std::uint8_t { weave = 31, streak };

// Dark rubber: a weave, streaks along it where it wears, and a seam.
Colour belt_colour(std::uint64_t seed, std::int32_t x, std::int32_t y, std::int32_t width, std::int32_t height) {
  const double grain = uniform(seed, static_cast<std::uint64_t>(y) * 65'536 + static_cast<std::uint64_t>(x), weave);
  const double worn = uniform(seed, static_cast<std::uint64_t>(y / 7), streak);
  const double threads = ((x / 3 + y / 3) % 2 == 0) ? 1.0 : 0.86;
  double light = 420 * threads * (0.9 + 0.2 * grain) * (0.93 + 0.14 * worn);
  const double down = static_cast<double>(y) / height;
  if (down < 0.06 || down > 0.94) light *= 0.55;  // the frame of the machine
  if (x > width - 9) light *= 0.6;
  return {light * 0.86, light, light * 0.93};
}

}  // namespace

BeltScene::BeltScene(const SimulatedWish& wish)
    : wish_(wish),
      unit_(wish.size.height / 1000.0),
      pitch_(std::max<double>(wish.size.width, 1000 * unit_) * 1.05),
      belt_width_(static_cast<std::int32_t>(pitch_)),
      plates_(wish.seed, unit_) {
  belt_.reserve(static_cast<std::size_t>(belt_width_) * static_cast<std::size_t>(wish.size.height) * 3);
  for (std::int32_t y = 0; y < wish.size.height; ++y) {
    for (std::int32_t x = 0; x < belt_width_; ++x) {
      for (const double value : belt_colour(wish.seed, x, y, belt_width_, wish.size.height)) {
        belt_.push_back(static_cast<std::uint16_t>(value));
      }
    }
  }
}

// Parts come from the right. The frame of number n × frames_per_part sees part n in the middle.
core::Result<void> BeltScene::show(std::uint64_t number, bool is_centred, Light& light) {
  make_size(light, wish_.size);
  const double middle = wish_.size.width / 2.0;
  if (is_centred) {
    show_belt(static_cast<double>(number % 97) * pitch_ / 97, light);
    show_part(part_at(wish_.seed, wish_.defects, number), middle, light);
    return {};
  }
  const std::uint64_t first = number / frames_per_part;
  const double moved = pitch_ * static_cast<double>(number % frames_per_part) / static_cast<double>(frames_per_part);
  show_belt(moved, light);
  show_part(part_at(wish_.seed, wish_.defects, first), middle - moved, light);
  show_part(part_at(wish_.seed, wish_.defects, first + 1), middle - moved + pitch_, light);
  return {};
}

void BeltScene::show_belt(double travelled, Light& light) const {
  const auto width = static_cast<std::size_t>(belt_width_);
  const auto shift = static_cast<std::size_t>(travelled) % width;
  const auto wanted = static_cast<std::size_t>(light.size.width);
  for (std::size_t y = 0; y < static_cast<std::size_t>(light.size.height); ++y) {
    const auto row = belt_.begin() + static_cast<std::ptrdiff_t>(y * width * 3);
    const std::size_t first = std::min(wanted, width - shift);
    auto to = light.rgb.begin() + static_cast<std::ptrdiff_t>(y * wanted * 3);
    to = std::copy_n(row + static_cast<std::ptrdiff_t>(shift * 3), first * 3, to);
    std::copy_n(row, (wanted - first) * 3, to);
  }
}

void BeltScene::show_part(const Part& part, double centre_x, Light& light) {
  lay(light, plates_.of(part), {centre_x + part.offset.x * unit_, light.size.height / 2.0 + part.offset.y * unit_});
}

}  // namespace sightglass::camera
