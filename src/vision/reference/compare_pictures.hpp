// A picture beside references of the same thing that are known to be good: where it shows something else. For printed
// boards, labels and other things that look the same pixel by pixel; for all else there are anomaly models.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

struct ComparisonRules {
  // How far beside each other edges may lie and be the same, as a share of the picture's longer side: 2 pixels of 640,
  // by which boards that were etched well differ (DeepPCB, Tang et al. 2019).
  double tolerance = 0.003;
  double contrast = 0.3;        // of the reference's range of grey levels, from where on something differs
  double least_pixels = 2.5;    // of a difference, × the square of the tolerance in pixels
  double least_likeness = 0.3;  // correlation below which the picture is of something else
};

struct Difference {
  core::Box box{};      // pixels of the picture, with a margin round what differs
  double x = 0, y = 0;  // its middle
  double strength = 0;  // pixels, by the least that counts: 1 and more
};

struct Comparison {
  double likeness = 0;                    // −1 … 1, to the reference that it is most like
  std::size_t nearest = 0;                // that one
  std::vector<Difference> differences{};  // the strongest first
  double strongest = 0;                   // as Difference::strength, of whatever differs; below 1 it does not count
  GreyPicture unexplained{};              // grey levels by which each pixel differs, beyond the tolerance
  std::uint8_t level = 255;               // of `unexplained`, from where on it differs
};

// Each reference is moved onto the picture; what one of them explains is no difference. Pure. Blocks: some 50 ms a
// reference. Errors: invalid_input naming "reference" when there is none, and "picture" for one that is smaller than
// 32 pixels a side, of other proportions, or so unlike that it must be of something else.
core::Result<Comparison> compare_pictures(std::span<const GreyPicture> references, const core::Raster& picture,
                                          const ComparisonRules& rules = {});

}  // namespace sightglass::vision
