#include "vision/anomaly/part_alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "vision/anomaly/fit_move.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

constexpr std::int32_t coarse_side = 80;  // pixels of the longer side
// Turns that are tried; from the nearest of them the fit finds its way: 2° move an edge of the coarse picture by 1.4
// pixels.
constexpr std::array tried_degrees{0.0, -4.0, 4.0, -8.0, 8.0, -12.0, 12.0};
constexpr std::size_t followed = 2;  // of them, the most alike
constexpr int coarse_steps = 8, fine_steps = 4;
constexpr double most_degrees = 15, most_shift = 0.3, most_resized = 0.1;
constexpr double most_difference_in_shape = 0.03;
constexpr double most_aspect_ratio = 5;

std::array<double, 9> matrix_of(const PartMove& move, core::Size size) {
  const double angle = move.degrees * std::numbers::pi / 180;
  const double a = move.scale * std::cos(angle);
  const double b = move.scale * std::sin(angle);
  const double middle_x = (size.width - 1) / 2.0;
  const double middle_y = (size.height - 1) / 2.0;
  const double side = std::max(size.width, size.height);
  return {a, -b, middle_x - a * middle_x + b * middle_y + move.x * side,
          b, a,  middle_y - b * middle_x - a * middle_y + move.y * side,
          0, 0,  1};
}

core::Size fitted_to(core::Size size, std::int32_t side) {
  const double scale = static_cast<double>(side) / std::max(size.width, size.height);
  return {std::max(1, static_cast<std::int32_t>(std::lround(size.width * scale))),
          std::max(1, static_cast<std::int32_t>(std::lround(size.height * scale)))};
}

bool is_near(const PartMove& move) {
  return std::abs(move.degrees) <= most_degrees && std::abs(move.x) <= most_shift && std::abs(move.y) <= most_shift &&
         std::abs(move.scale - 1) <= most_resized;
}

// Colour is of no use here, and shrinking first is half the work.
Result<GreyPicture> small_grey(const core::Raster& picture, core::Size size) {
  SG_ASSIGN(const auto small, resized(picture, size));
  return grey_of(small);
}

}  // namespace

PartPlace on_picture(const PartMove& move, core::Size size, PartPlace on_reference) {
  const auto m = matrix_of(move, size);
  const double x = on_reference.x - 0.5;
  const double y = on_reference.y - 0.5;
  return {m[0] * x + m[1] * y + m[2] + 0.5, m[3] * x + m[4] * y + m[5] + 0.5};
}

PartPlace on_reference(const PartMove& move, core::Size size, PartPlace on_picture) {
  const auto m = matrix_of(move, size);
  const double det = m[0] * m[4] - m[1] * m[3];
  const double x = on_picture.x - 0.5 - m[2];
  const double y = on_picture.y - 0.5 - m[5];
  return {(m[4] * x - m[1] * y) / det + 0.5, (m[0] * y - m[3] * x) / det + 0.5};
}

Result<core::Raster> moved_back(const core::Raster& picture, const PartMove& move) {
  return warped(picture, matrix_of(move, picture.size), picture.size);
}

Result<PartReference> PartReference::of(const core::Raster& picture) {
  SG_ASSIGN(auto grey, small_grey(picture, fitted_to(picture.size, side)));
  return restore(std::move(grey), least_likeness_ever);
}

Result<PartReference> PartReference::restore(GreyPicture grey, double least_likeness) {
  const auto longer = std::max(grey.size.width, grey.size.height);
  const auto shorter = std::min(grey.size.width, grey.size.height);
  if (longer != side || shorter * most_aspect_ratio < side)
    return core::fail(core::invalid_input(
        "picture", fmt::format("A picture of {}×{} pixels is too narrow to be brought to the place of another.",
                               grey.size.width, grey.size.height)));
  PartReference reference;
  reference.least_likeness_ = least_likeness;
  const auto coarse_size = fitted_to(grey.size, coarse_side);
  reference.fine_ = std::move(grey);
  SG_ASSIGN(reference.coarse_, resized(reference.fine_, coarse_size));
  for (const double degrees : tried_degrees) {
    // A picture shows at a place what the reference has where the way back leads to.
    SG_ASSIGN(auto turned, warped(reference.coarse_, matrix_of({.degrees = -degrees}, coarse_size), coarse_size));
    reference.turned_.push_back({degrees, std::move(turned)});
  }
  return reference;
}

PartReference PartReference::with_least_likeness(double value) const {
  PartReference other = *this;
  other.least_likeness_ = value;
  return other;
}

Result<std::optional<PartMove>> PartReference::find(const core::Raster& picture) const {
  const double ratio = static_cast<double>(picture.size.width) / std::max(1, picture.size.height) * grey().size.height /
                       grey().size.width;
  if (std::abs(ratio - 1) > most_difference_in_shape) return std::optional<PartMove>();
  SG_ASSIGN(const auto fine, small_grey(picture, grey().size));
  return find_on(fine);
}

Result<std::optional<PartMove>> PartReference::find(const PartReference& other) const {
  if (other.grey().size != grey().size) return std::optional<PartMove>();
  return find_on(other.grey());
}

Result<std::optional<PartMove>> PartReference::find_on(const GreyPicture& fine) const {
  const double longer = std::max(coarse_.size.width, coarse_.size.height);
  SG_ASSIGN(const auto coarse, resized(fine, coarse_.size));
  std::vector<PartMove> guesses;
  for (const auto& turned : turned_) {
    SG_ASSIGN(const auto shift, shift_between(turned.grey, coarse));
    PartMove guess{.x = shift.x / longer, .y = shift.y / longer, .degrees = turned.degrees};
    guess.likeness = likeness_of(coarse_, coarse, guess);
    PartMove still{.degrees = turned.degrees};
    still.likeness = likeness_of(coarse_, coarse, still);
    guesses.push_back(guess.likeness > still.likeness ? guess : still);
  }
  std::ranges::sort(guesses, std::greater{}, &PartMove::likeness);
  PartMove best{.likeness = -1};
  for (std::size_t i = 0; i < followed; ++i) {
    const auto move = fitted_move(coarse_, coarse, guesses[i], coarse_steps);
    if (move.likeness > best.likeness) best = move;
  }
  best = fitted_move(grey(), fine, best, fine_steps);
  if (best.likeness < least_likeness_ || !is_near(best)) return std::optional<PartMove>();
  return std::optional(best);
}

Result<std::size_t> medoid_of(const std::vector<PartReference>& pictures) {
  constexpr std::size_t most_candidates = 12, most_others = 24;
  const std::size_t candidates = std::min(pictures.size(), most_candidates);
  const std::size_t others = std::min(pictures.size(), most_others);
  std::size_t best = 0;
  double best_worth = -1e9;
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::size_t candidate = i * pictures.size() / candidates;
    double worth = 0;
    for (std::size_t j = 0; j < others; ++j) {
      const std::size_t other = j * pictures.size() / others;
      if (other == candidate) continue;
      SG_ASSIGN(const auto move, pictures[candidate].find(pictures[other]));
      // What lies far off loses what it has at its edges: 10° weigh like a tenth of the picture.
      if (move) worth += move->likeness - std::abs(move->x) - std::abs(move->y) - std::abs(move->degrees) / 100;
    }
    if (worth > best_worth) best = candidate, best_worth = worth;
  }
  return best;
}

}  // namespace sightglass::vision
