#include "camera/simulated/plate.hpp"

#include <cmath>

#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

// In thousandths of the picture's height, from the plate's middle.
constexpr double half_width = 360;
constexpr double half_height = 255;
constexpr double margin = 60;  // for its shadow
constexpr double corner = 46;
constexpr double bore = 82;
constexpr double hole = 27;
constexpr std::array<Point, 4> holes{{{-285, -180}, {285, -180}, {-285, 180}, {285, 180}}};
constexpr Point shadow_fall{16, 16};
constexpr Colour metal{2'450, 2'500, 2'560};
constexpr Colour shade{70, 78, 76};  // of the belt below
constexpr Colour dirt{820, 620, 380};
constexpr std::size_t most_drawn = 3;
enum Purpose : std::uint8_t { brush = 41, place_x, place_y, side, direction, length, which };

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};
Box around(Point a, Point b, double reach) {
  return {std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach, std::max(a.x, b.x) + reach,
          std::max(a.y, b.y) + reach};
}

double distance_from_circle(Point p, Point middle, double radius) {
  return std::hypot(p.x - middle.x, p.y - middle.y) - radius;
}

// One plate with its fault, point by point.
class Plate {
 public:
  Plate(const Part& part, std::uint64_t seed) : part_(part), seed_(seed) {
    place_ = {(chance(place_x) - 0.5) * 420, (chance(side) < 0.5 ? -1 : 1) * (130 + 60 * chance(place_y))};
    const double angle = chance(direction) * std::numbers::pi;
    const double reach = 70 + 90 * chance(length);
    end_ = {place_.x + reach * std::cos(angle), place_.y + 0.6 * reach * std::sin(angle)};
    chosen_ = holes.at(mixed(seed, part.index, which) % holes.size());
  }

  // Where it differs from a plate without fault.
  Box fault(Defect defect) const {
    switch (defect) {
      case Defect::scratch: return around(place_, end_, 20);
      case Defect::missing_hole: return around(chosen_, chosen_, hole + 30);
      case Defect::stain: return around(place_, place_, 90);
      case Defect::dent: return around(place_, place_, 110);
      case Defect::broken_corner:
        return around({chosen_.x * 0.6, chosen_.y * 0.4}, {chosen_.x * 1.5, chosen_.y * 1.7}, 0);
    }
    return {};
  }

  // Below 0 on metal.
  double outline(Point p) const {
    double distance = std::max(distance_to_box(p, half_width, half_height, corner), -distance_from_circle(p, {}, bore));
    // The nearest hole is the one of its quarter.
    const Point nearest{p.x < 0 ? holes[0].x : holes[1].x, p.y < 0 ? holes[0].y : holes[2].y};
    const bool is_chosen = nearest.x == chosen_.x && nearest.y == chosen_.y;
    if (!(is_chosen && has(Defect::missing_hole))) {
      distance = std::max(distance, -distance_from_circle(p, nearest, hole));
    }
    if (has(Defect::broken_corner)) distance = std::max(distance, beyond_break(p));
    return distance;
  }

  Colour surface(Point p, double inside) const {
    const auto row = static_cast<std::uint64_t>(std::llround(p.y * 0.9) + 1'000);
    const double brushed = 0.94 + 0.1 * uniform(seed_, row, brush);
    // Light falls from the upper left: the chamfer shines there and is dark on the other side.
    const double chamfer = std::clamp(1 - inside / 14, 0.0, 1.0);
    const double facing = std::clamp(-(p.x / half_width + p.y / half_height), -1.0, 1.0);
    const double sheen = 1 + 0.12 * std::cos((p.x + 0.4 * p.y) / 190);
    Colour colour = scaled(metal, brushed * sheen * (1 + 0.42 * chamfer * facing));
    if (std::abs(distance_from_circle(p, {}, 150)) < 5) colour = scaled(colour, 0.72);
    return part_.defect ? marred(p, colour) : colour;
  }

 private:
  double chance(std::uint64_t purpose) const { return uniform(seed_, part_.index, purpose); }
  bool has(Defect defect) const { return part_.defect == defect; }

  // A straight break with a ragged edge.
  double beyond_break(Point p) const {
    const double sign_x = chosen_.x < 0 ? -1 : 1;
    const double sign_y = chosen_.y < 0 ? -1 : 1;
    const double ragged = 6 * std::sin(p.x / 9) + 4 * std::sin(p.y / 5);
    return (sign_x * p.x + sign_y * p.y - 530 + ragged) / std::numbers::sqrt2;
  }

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
  Point chosen_{};
};

std::uint8_t of_255(double share) { return static_cast<std::uint8_t>(std::lround(share * 255)); }

PlateSprite::Pixel pixel_of(const Plate& plate, Point p, double unit) {
  PlateSprite::Pixel pixel;
  const double distance = plate.outline(p);
  const double cover = coverage(distance * unit);
  if (cover < 1) {
    const double below = plate.outline({p.x - shadow_fall.x, p.y - shadow_fall.y});
    pixel.shadow = of_255(0.75 * std::clamp(0.5 - below / 16, 0.0, 1.0));
  }
  if (cover == 0) return pixel;
  pixel.cover = of_255(cover);
  const Colour colour = plate.surface(p, -distance);
  for (std::size_t i = 0; i < 3; ++i) {
    pixel.colour[i] = static_cast<std::uint16_t>(std::clamp(colour[i], 0.0, static_cast<double>(full_light)));
  }
  return pixel;
}

// Draws what of the plate lies in the box, which is as the plate lies before it is turned.
void draw(PlateSprite& sprite, const Part& part, std::uint64_t seed, double unit, const Box& box) {
  const Plate plate(part, seed);
  const double cosine = std::cos(angle_of(part.turn)) / unit;
  const double sine = std::sin(angle_of(part.turn)) / unit;
  for (std::int32_t y = 0; y < sprite.size.height; ++y) {
    for (std::int32_t x = 0; x < sprite.size.width; ++x) {
      const double dx = x - sprite.size.width / 2.0;
      const double dy = y - sprite.size.height / 2.0;
      const Point p{dx * cosine + dy * sine, dy * cosine - dx * sine};
      if (p.x < box.left || p.x > box.right || p.y < box.top || p.y > box.bottom) continue;
      sprite.at(x, y) = pixel_of(plate, p, unit);
    }
  }
}

std::uint16_t between(std::uint32_t a, std::uint32_t b, std::uint32_t share_of_b) {
  return static_cast<std::uint16_t>((a * (255 - share_of_b) + b * share_of_b) / 255);
}

}  // namespace

const PlateSprite& Plates::whole(int turn) {
  auto& sprite = whole_.at(static_cast<std::size_t>(turn));
  if (!sprite) {
    sprite.emplace();
    sprite->size = {static_cast<std::int32_t>(2 * (half_width + margin) * unit_),
                    static_cast<std::int32_t>(2 * (half_height + margin) * unit_)};
    sprite->pixels.resize(static_cast<std::size_t>(sprite->size.pixels()));
    draw(*sprite, {.turn = turn}, seed_, unit_, {-1'000, -1'000, 1'000, 1'000});
  }
  return *sprite;
}

const PlateSprite& Plates::of(const Part& part) {
  if (!part.defect) return whole(part.turn);
  for (const Drawn& drawn : drawn_) {
    if (drawn.index == part.index) return drawn.sprite;
  }
  drawn_.push_back({part.index, whole(part.turn)});
  if (drawn_.size() > most_drawn) drawn_.pop_front();
  draw(drawn_.back().sprite, part, seed_, unit_, Plate(part, seed_).fault(*part.defect));
  return drawn_.back().sprite;
}

void lay(Light& light, const PlateSprite& sprite, Point centre) {
  const auto left = static_cast<std::int32_t>(std::lround(centre.x - sprite.size.width / 2.0));
  const auto top = static_cast<std::int32_t>(std::lround(centre.y - sprite.size.height / 2.0));
  const std::int32_t first = std::max(0, -left);
  const std::int32_t last = std::min(sprite.size.width, light.size.width - left);
  for (std::int32_t y = std::max(0, -top); y < std::min(sprite.size.height, light.size.height - top); ++y) {
    const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(sprite.size.width);
    std::uint16_t* to =
        light.rgb.data() + (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(light.size.width) +
                            static_cast<std::size_t>(std::max(0, left + first))) *
                               3;
    for (std::int32_t x = first; x < last; ++x) {
      const PlateSprite::Pixel& pixel = sprite.pixels[row + static_cast<std::size_t>(x)];
      if (pixel.cover == 255) {
        to = std::ranges::copy(pixel.colour, to).out;
        continue;
      }
      if (pixel.cover == 0 && pixel.shadow == 0) {
        to += 3;
        continue;
      }
      for (std::size_t i = 0; i < 3; ++i, ++to) {
        const std::uint16_t below = between(*to, static_cast<std::uint32_t>(shade[i]), pixel.shadow);
        *to = between(below, pixel.colour[i], pixel.cover);
      }
    }
  }
}

}  // namespace sightglass::camera
