#include "vision/meters/find_move.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

// Both pictures are compared on a square of this side; what a phase correlation finds there is good to a tenth of a
// pixel, a thousandth of the picture.
constexpr std::int32_t coarse_side = 128;
constexpr std::int32_t fine_side = 320;

// A picture's longer side fills the square; the rest repeats its edge.
struct Square {
  GreyPicture grey{};
  double scale = 1;  // pixels of the square for one of the picture
};

Result<Square> square_of(const core::Raster& picture, std::int32_t side) {
  SG_ASSIGN(const auto grey, grey_of(picture));
  const auto longer = std::max(picture.size.width, picture.size.height);
  Square square{.scale = static_cast<double>(side) / longer};
  const core::Size size{std::max(1, static_cast<std::int32_t>(std::lround(picture.size.width * square.scale))),
                        std::max(1, static_cast<std::int32_t>(std::lround(picture.size.height * square.scale)))};
  SG_ASSIGN(const auto small, resized(grey, size));
  // Light differs from photo to photo, and what is printed on a face does not.
  SG_ASSIGN(const auto clear, equalised(small, 3, 4));
  SG_ASSIGN(square.grey, warped(clear, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {side, side}));
  return square;
}

// A turn and a scaling about the middle of the square, then a shift: from the reference's square to the picture's.
struct Move {
  double degrees = 0, scale = 1;
  double x = 0, y = 0;  // pixels of the square
  double likeness = -1;
};

std::array<double, 6> matrix_of(const Move& move, double middle) {
  const double angle = move.degrees * std::numbers::pi / 180;
  const double c = move.scale * std::cos(angle);
  const double s = move.scale * std::sin(angle);
  return {c, -s, middle - c * middle + s * middle + move.x, s, c, middle - s * middle - c * middle + move.y};
}

// warped() asks where a pixel of its result comes from.
std::array<double, 9> inverse(const std::array<double, 6>& m) {
  const double det = m[0] * m[4] - m[1] * m[3];
  const double a = m[4] / det;
  const double b = -m[1] / det;
  const double d = -m[3] / det;
  const double e = m[0] / det;
  return {a, b, -(a * m[2] + b * m[5]), d, e, -(d * m[2] + e * m[5]), 0, 0, 1};
}

// Correlation where the moved reference covers the picture.
Result<double> likeness_of(const GreyPicture& reference, const GreyPicture& picture, const Move& move) {
  const auto side = picture.size.width;
  const auto back = inverse(matrix_of(move, (side - 1) / 2.0));
  SG_ASSIGN(const auto turned, warped(reference, back, picture.size));
  double n = 0, sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
  for (std::int32_t y = 0; y < side; ++y)
    for (std::int32_t x = 0; x < side; ++x) {
      const double from_x = back[0] * x + back[1] * y + back[2];
      const double from_y = back[3] * x + back[4] * y + back[5];
      if (from_x < 0 || from_y < 0 || from_x > side - 1 || from_y > side - 1) continue;
      const auto place = static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x);
      const double a = turned.values[place];
      const double b = picture.values[place];
      n += 1, sum_a += a, sum_b += b, sum_aa += a * a, sum_bb += b * b, sum_ab += a * b;
    }
  // Less than a quarter of the picture says nothing.
  if (n < 0.25 * side * side) return 0.0;
  const double spread = std::sqrt(std::max(0.0, (sum_aa - sum_a * sum_a / n) * (sum_bb - sum_b * sum_b / n)));
  return spread < 1e-6 ? 0.0 : (sum_ab - sum_a * sum_b / n) / spread;
}

// A phase correlation proposes the shift, and how alike the pictures are then decides between turns and sizes.
Result<Move> tried(const GreyPicture& reference, const GreyPicture& picture, Move move) {
  const double middle = (picture.size.width - 1) / 2.0;
  SG_ASSIGN(const auto turned, warped(reference, inverse(matrix_of(move, middle)), picture.size));
  SG_ASSIGN(const auto shift, shift_between(turned, picture));
  move.x += shift.x;
  move.y += shift.y;
  SG_ASSIGN(move.likeness, likeness_of(reference, picture, move));
  return move;
}

Result<Move> best_of(const GreyPicture& reference, const GreyPicture& picture, const Move& about, double degrees,
                     double factor, int steps) {
  Move best;
  for (int turn = -steps; turn <= steps; ++turn)
    for (int grow = -steps; grow <= steps; ++grow) {
      Move move{.degrees = about.degrees + turn * degrees, .scale = about.scale * std::pow(factor, grow)};
      move.x = about.x;
      move.y = about.y;
      SG_ASSIGN(move, tried(reference, picture, move));
      if (move.likeness > best.likeness) best = move;
    }
  return best;
}

}  // namespace

Result<FaceMove> find_move(const core::Raster& reference, const core::Raster& picture) {
  SG_ASSIGN(const auto coarse_reference, square_of(reference, coarse_side));
  SG_ASSIGN(const auto coarse_picture, square_of(picture, coarse_side));
  SG_ASSIGN(auto move, best_of(coarse_reference.grey, coarse_picture.grey, {}, 5, 1.075, 3));
  const double finer = static_cast<double>(fine_side) / coarse_side;
  move.x *= finer;
  move.y *= finer;
  SG_ASSIGN(const auto fine_reference, square_of(reference, fine_side));
  SG_ASSIGN(const auto fine_picture, square_of(picture, fine_side));
  SG_ASSIGN(move, best_of(fine_reference.grey, fine_picture.grey, move, 1.7, 1.025, 1));
  SG_ASSIGN(move, best_of(fine_reference.grey, fine_picture.grey, move, 0.6, 1.01, 2));
  FaceMove answer{.likeness = move.likeness};
  answer.matrix = matrix_of(move, (fine_side - 1) / 2.0);
  const double in = fine_reference.scale;
  const double out = fine_picture.scale;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) answer.matrix[i] *= in / out;
  answer.matrix[2] /= out;
  answer.matrix[5] /= out;
  return answer;
}

}  // namespace sightglass::vision
