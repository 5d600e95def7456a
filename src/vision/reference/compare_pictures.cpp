#include "vision/reference/compare_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/meters/find_move.hpp"
#include "vision/metrics.hpp"
#include "vision/reference/picture_difference.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

constexpr std::int32_t least_compared_side = 32;
// Shares of the longer side. Cameras that stand still crop by a few pixels more or less.
constexpr double most_difference_in_shape = 0.03;
// A box is larger than what differs, so that it shows what is around it: 10 pixels of 640.
constexpr double margin = 0.016;
// Speckles so near each other are one difference.
constexpr double gap = 0.009;
// More differences than this are no defects but edges that do not meet: the tolerance grows, to twice its size at most.
constexpr std::size_t many = 20;
constexpr std::array growths{1.0, 1.5, 2.0};
// Below this likeness a shift alone does not lay the pictures over each other, and turns and sizes are looked for.
constexpr double like_enough = 0.6;

using Matrix3 = std::array<double, 9>;
constexpr Matrix3 still{1, 0, 0, 0, 1, 0, 0, 0, 1};

double likeness_of(const GreyPicture& a, const GreyPicture& b) {
  double sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double x = a.values[i];
    const double y = b.values[i];
    sum_a += x, sum_b += y, sum_aa += x * x, sum_bb += y * y, sum_ab += x * y;
  }
  const auto n = static_cast<double>(a.values.size());
  const double spread = std::sqrt(std::max(0.0, (sum_aa - sum_a * sum_a / n) * (sum_bb - sum_b * sum_b / n)));
  return spread < 1e-6 ? 0.0 : (sum_ab - sum_a * sum_b / n) / spread;
}

// The inverse of a move from the reference's pixels to the picture's, as warped() asks for it.
Matrix3 back_of(const std::array<double, 6>& m) {
  const double det = m[0] * m[4] - m[1] * m[3];
  const double a = m[4] / det;
  const double b = -m[1] / det;
  const double d = -m[3] / det;
  const double e = m[0] / det;
  return {a, b, -(a * m[2] + b * m[5]), d, e, -(d * m[2] + e * m[5]), 0, 0, 1};
}

struct Laid {
  GreyPicture reference{};  // moved onto the picture
  Matrix3 back = still;
  double likeness = -1;
};

Result<void> keep_better(Laid& best, const GreyPicture& reference, const GreyPicture& picture, const Matrix3& back) {
  Laid laid{.back = back};
  SG_ASSIGN(laid.reference, warped(reference, back, picture.size));
  laid.likeness = likeness_of(laid.reference, picture);
  if (laid.likeness > best.likeness) best = std::move(laid);
  return {};
}

// As it is, shifted, or, when neither fits, turned and scaled as well.
Result<Laid> laid_over(const GreyPicture& reference, const GreyPicture& picture) {
  Laid best;
  SG_TRY(keep_better(best, reference, picture, still));
  SG_ASSIGN(const auto shift, shift_between(reference, picture));
  SG_TRY(keep_better(best, reference, picture, {1, 0, -shift.x, 0, 1, -shift.y, 0, 0, 1}));
  if (best.likeness >= like_enough) return best;
  SG_ASSIGN(const auto from, raster_of(reference));
  SG_ASSIGN(const auto to, raster_of(picture));
  SG_ASSIGN(const auto move, find_move(from, to));
  SG_TRY(keep_better(best, reference, picture, back_of(move.matrix)));
  return best;
}

// Nothing can be said of what the reference did not show.
void clear_beyond(const Laid& laid, std::int32_t radius, GreyPicture& difference) {
  const auto& back = laid.back;
  const double right = difference.size.width - 1.0 - radius;
  const double bottom = difference.size.height - 1.0 - radius;
  if (back == still) return;
  std::size_t place = 0;
  for (std::int32_t y = 0; y < difference.size.height; ++y)
    for (std::int32_t x = 0; x < difference.size.width; ++x, ++place) {
      const double from_x = back[0] * x + back[1] * y + back[2];
      const double from_y = back[3] * x + back[4] * y + back[5];
      if (from_x < radius || from_y < radius || from_x > right || from_y > bottom) difference.values[place] = 0;
    }
}

Result<std::vector<Laid>> lay_all(std::span<const GreyPicture> references, const GreyPicture& picture) {
  std::vector<Laid> all;
  for (const auto& reference : references) {
    SG_ASSIGN(const auto same_size, resized(reference, picture.size));
    SG_ASSIGN(all.emplace_back(), laid_over(same_size, picture));
  }
  return all;
}

Result<GreyPicture> left_by_all(const std::vector<Laid>& all, const GreyPicture& picture, std::int32_t radius) {
  GreyPicture left;
  for (const auto& laid : all) {
    SG_ASSIGN(const auto lit, in_the_light_of(laid.reference, picture));
    SG_ASSIGN(auto difference, unexplained(laid.reference, lit, radius));
    clear_beyond(laid, radius, difference);
    if (left.values.empty()) {
      left = std::move(difference);
      continue;
    }
    std::ranges::transform(left.values, difference.values, left.values.begin(),
                           [](std::uint8_t a, std::uint8_t b) { return std::min(a, b); });
  }
  return left;
}

// Grey levels from which on something differs.
std::uint8_t level_of(const GreyPicture& reference, double contrast) {
  std::array<std::int64_t, 256> counts{};
  for (const auto value : reference.values) ++counts[value];
  const auto quantile_of = [&](double share) {
    auto left = static_cast<std::int64_t>(share * static_cast<double>(reference.values.size()));
    int level = 0;
    while (level < 255 && left >= counts[static_cast<std::size_t>(level)])
      left -= counts[static_cast<std::size_t>(level++)];
    return level;
  };
  constexpr double darkest = 0.01;
  const int range = quantile_of(1 - darkest) - quantile_of(darkest);
  constexpr double least_level = 12;  // noise of cameras, in grey levels
  return static_cast<std::uint8_t>(std::clamp(contrast * range, least_level, 255.0));
}

core::Box with_margin(const core::Box& box, double by, core::Size size) {
  return core::clipped({box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by}, size);
}

Result<void> check(std::span<const GreyPicture> references, const core::Raster& picture) {
  if (references.empty())
    return core::fail(core::invalid_input("reference", "There is no reference to compare the picture with."));
  if (std::min(picture.size.width, picture.size.height) < least_compared_side)
    return core::fail(core::invalid_input("picture", "The picture is too small to be compared."));
  const double aspect = static_cast<double>(picture.size.width) / picture.size.height;
  for (const auto& reference : references) {
    const double ratio = aspect * reference.size.height / std::max(1, reference.size.width);
    if (std::abs(ratio - 1) > most_difference_in_shape)
      return core::fail(
          core::invalid_input("picture", "The picture has other proportions than the reference it is compared with."));
  }
  return {};
}

}  // namespace

Result<Comparison> compare_pictures(std::span<const GreyPicture> references, const core::Raster& picture,
                                    const ComparisonRules& rules) {
  SG_TRY(check(references, picture));
  SG_ASSIGN(const auto grey, grey_of(picture));
  SG_ASSIGN(const auto all, lay_all(references, grey));
  const auto nearest = std::ranges::max_element(all, {}, &Laid::likeness);
  if (nearest->likeness < rules.least_likeness)
    return core::fail(core::invalid_input(
        "picture", fmt::format("The picture shows something else than the reference: they are alike by {:.2f}, "
                               "{:.2f} is needed.",
                               nearest->likeness, rules.least_likeness)));
  Comparison comparison{.likeness = nearest->likeness, .nearest = static_cast<std::size_t>(nearest - all.begin())};
  const double side = std::max(picture.size.width, picture.size.height);
  comparison.level = level_of(nearest->reference, rules.contrast);
  for (const double growth : growths) {
    const auto radius = std::max(1, static_cast<std::int32_t>(std::lround(growth * rules.tolerance * side)));
    SG_ASSIGN(comparison.unexplained, left_by_all(all, grey, radius));
    SG_ASSIGN(const auto blobs,
              blobs_of(comparison.unexplained, comparison.level, static_cast<std::int32_t>(gap * side)));
    comparison.differences.clear();
    comparison.strongest = 0;
    for (const auto& blob : blobs) {
      const double strength = static_cast<double>(blob.pixels) / (rules.least_pixels * radius * radius);
      comparison.strongest = std::max(comparison.strongest, strength);
      if (strength >= 1)
        comparison.differences.push_back(
            {with_margin(blob.box, margin * side, picture.size), blob.x, blob.y, strength});
    }
    if (comparison.differences.size() <= many) break;
  }
  std::ranges::sort(comparison.differences, std::greater{}, &Difference::strength);
  return comparison;
}

}  // namespace sightglass::vision
