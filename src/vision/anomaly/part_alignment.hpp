// Where a part lies on a picture, beside where a picture of reference has it: turned, shifted, a little larger or
// smaller.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

// From the reference to the picture, about their middles.
struct PartMove {
  double x = 0, y = 0;  // to the right and down, shares of the picture's longer side
  double degrees = 0;   // clockwise
  double scale = 1;
  double likeness = 0;  // −1 … 1: correlation of the two, once moved
};

// Places are pixels, counted from the picture's left top corner.
struct PartPlace {
  double x = 0, y = 0;
};
PartPlace on_picture(const PartMove& move, core::Size size, PartPlace on_reference);
PartPlace on_reference(const PartMove& move, core::Size size, PartPlace on_picture);

// The picture as if the part lay where the reference has it; what it does not show repeats its edge. Pure. Errors:
// those of warped().
core::Result<core::Raster> moved_back(const core::Raster& picture, const PartMove& move);

// A picture of the part, small. Immutable: thread-safe.
class PartReference {
 public:
  static constexpr std::int32_t side = 160;  // pixels of the longer side
  static constexpr double least_likeness_ever = 0.3;

  // Blocks for some ms. Errors: invalid_input for a picture that is much longer than wide.
  static core::Result<PartReference> of(const core::Raster& picture);
  // Of grey() and least_likeness(), from a file that anybody may have written: the same errors.
  static core::Result<PartReference> restore(GreyPicture grey, double least_likeness);

  // Nothing when the part is not found, or is too far from where the reference has it: more than 15°, 30 % of the
  // longer side, or 10 % in size. Pure. Blocks for some 10 ms for a million pixels.
  core::Result<std::optional<PartMove>> find(const core::Raster& picture) const;
  // The same for a picture that of() has made small.
  core::Result<std::optional<PartMove>> find(const PartReference& other) const;

  const GreyPicture& grey() const { return fine_; }
  double least_likeness() const { return least_likeness_; }
  // The same one, which takes nothing less like it for the part.
  PartReference with_least_likeness(double value) const;

 private:
  struct Turned {
    double degrees = 0;
    GreyPicture grey{};  // as a picture would show it that is turned so
  };
  PartReference() = default;
  core::Result<std::optional<PartMove>> find_on(const GreyPicture& fine) const;
  GreyPicture fine_{}, coarse_{};
  std::vector<Turned> turned_{};
  double least_likeness_ = least_likeness_ever;
};

// The one of `pictures` that the others are most like and lie nearest to; its place. Blocks: some 10 ms for each of 12
// candidates and 24 others.
core::Result<std::size_t> medoid_of(const std::vector<PartReference>& pictures);

}  // namespace sightglass::vision
