#include "camera/simulated/plate.hpp"

#include <array>
#include <numbers>

#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

// In thousandths of the picture's height.
constexpr double half_width = 360;
constexpr double half_height = 255;
constexpr double corner = 46;
constexpr double bore = 82;
constexpr double hole = 27;
constexpr std::array<Point, 4> holes{{{-285, -180}, {285, -180}, {-285, 180}, {285, 180}}};
constexpr Colour metal{2'450, 2'500, 2'560};
constexpr Colour shade{70, 78, 76};  // what is seen through a hole
constexpr Colour dirt{820, 620, 380};
enum Purpose : std::uint8_t { brush = 41, place_x, place_y, direction, length, which };

// The plate as it was made, with its faults laid out once.
class Plate {
 public:
  Plate(const Part& part, std::uint64_t seed) : part_(part), seed_(seed) {
    place_ = {(chance(place_x) - 0.5) * 420, (chance(place_y) < 0.5 ? -1 : 1) * (130 + 60 * chance(place_y + 100))};
    const double angle = chance(direction) * std::numbers::pi;
    const double reach = 70 + 90 * chance(length);
    end_ = {place_.x + reach * std::cos(angle), place_.y + 0.6 * reach * std::sin(angle)};
    chosen_ = static_cast<std::size_t>(mixed(seed, part.index, which) % holes.size());
  }

  // Below 0 on metal.
  double outline(Point p) const {
    double distance = distance_to_box(p, half_width, half_height, corner);
    distance = std::max(distance, bore - std::hypot(p.x, p.y));
    for (std::size_t i = 0; i < holes.size(); ++i) {
      if (has(Defect::missing_hole) && i == chosen_) continue;
      distance = std::max(distance, hole - std::hypot(p.x - holes.at(i).x, p.y - holes.at(i).y));
    }
    if (has(Defect::broken_corner)) {
      // A straight break with a ragged edge.
      const Point at = holes.at(chosen_);
      const double sign_x = at.x < 0 ? -1 : 1;
      const double sign_y = at.y < 0 ? -1 : 1;
      const double ragged = 6 * std::sin(p.x / 9) + 4 * std::sin(p.y / 5);
      distance = std::max(distance, (sign_x * p.x + sign_y * p.y - 530 + ragged) / std::numbers::sqrt2);
    }
    return distance;
  }

  Colour surface(Point p, double inside) const {
    const auto row = static_cast<std::uint64_t>(std::llround(p.y * 0.9) + 1'000);
    const double brushed = 0.94 + 0.1 * uniform(part_.index, row, brush);
    // Light falls from the upper left: the chamfer shines there and is dark on the other side.
    const double chamfer = std::clamp(1 - inside / 14, 0.0, 1.0);
    const double facing = std::clamp(-(p.x / half_width + p.y / half_height), -1.0, 1.0);
    const double sheen = 1 + 0.12 * std::cos((p.x + 0.4 * p.y) / 190);
    Colour colour = scaled(metal, brushed * sheen * (1 + 0.42 * chamfer * facing));
    const double ring = std::abs(std::hypot(p.x, p.y) - 150);
    if (ring < 5) colour = scaled(colour, 0.72);
    return marred(p, colour);
  }

 private:
  double chance(std::uint64_t purpose) const { return uniform(seed_, part_.index, purpose); }
  bool has(Defect defect) const { return part_.defect == defect; }

  Colour marred(Point p, const Colour& colour) const {
    if (has(Defect::scratch)) {
      const double bent = 5 * std::sin(p.x / 23);
      const double bright = coverage(distance_to_line({p.x, p.y + bent}, place_, end_, 5));
      const double dark = coverage(distance_to_line({p.x, p.y + bent - 5}, place_, end_, 4));
      return mixed_colour(scaled(colour, 1 - 0.45 * dark), {3'900, 3'900, 3'900}, 0.8 * bright);
    }
    if (has(Defect::stain)) {
      const double wave = 8 * std::sin(p.x / 13) + 7 * std::sin(p.y / 11 + 1);
      const double distance = std::hypot(p.x - place_.x, (p.y - place_.y) * 1.3) + wave;
      return mixed_colour(colour, dirt, 0.75 * std::clamp((62 - distance) / 22, 0.0, 1.0));
    }
    if (has(Defect::dent)) {
      const double dx = (p.x - place_.x) / 36;
      const double dy = (p.y - place_.y) / 36;
      return scaled(colour, 1 + 0.85 * (dx + dy) * std::exp(-(dx * dx + dy * dy)));
    }
    return colour;
  }

  const Part& part_;
  std::uint64_t seed_;
  Point place_{};
  Point end_{};
  std::size_t chosen_ = 0;
};

}  // namespace

void draw_plate(Light& light, const Part& part, Point centre, double unit, std::uint64_t seed) {
  const Plate plate(part, seed);
  const double reach_x = (half_width + 60) * unit;
  const double reach_y = (half_height + 60) * unit;
  const auto left = static_cast<std::int32_t>(std::clamp(centre.x - reach_x, 0.0, double(light.size.width)));
  const auto right = static_cast<std::int32_t>(std::clamp(centre.x + reach_x, 0.0, double(light.size.width)));
  const auto top = static_cast<std::int32_t>(std::clamp(centre.y - reach_y, 0.0, double(light.size.height)));
  const auto bottom = static_cast<std::int32_t>(std::clamp(centre.y + reach_y, 0.0, double(light.size.height)));
  const double cosine = std::cos(part.angle) / unit;
  const double sine = std::sin(part.angle) / unit;
  for (std::int32_t y = top; y < bottom; ++y) {
    for (std::int32_t x = left; x < right; ++x) {
      const double dx = x - centre.x;
      const double dy = y - centre.y;
      const Point p{dx * cosine + dy * sine, dy * cosine - dx * sine};
      const double distance = plate.outline(p);
      // Its shadow lies to the lower right.
      const double shadow = plate.outline({p.x - 16, p.y - 16});
      if (distance > 0) blend(light, x, y, shade, 0.75 * std::clamp(0.5 - shadow / 16, 0.0, 1.0));
      blend(light, x, y, plate.surface(p, -distance), coverage(distance * unit));
    }
  }
}

}  // namespace sightglass::camera
