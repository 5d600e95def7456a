// What the parts of a meter show, each for itself, before the whole reading is judged.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/readings/meter_profile.hpp"

namespace sightglass::vision {

// A wheel or a needle: the probabilities of 0.0, 0.1, … 9.9, how far it has come. Their sum is 1.
using PlaceShares = std::array<float, 100>;

// One way in which a display was read.
struct DisplayGuess {
  std::string text{};  // as the reader gave it
  double weight = 0;   // 0 … 1: its part of the votes of all variants
};

struct PartSeen {
  PartKind kind = PartKind::wheels;
  std::vector<PlaceShares> places{};    // of wheels and needles, the highest place first
  std::vector<DisplayGuess> guesses{};  // of a display, the likeliest first; empty when nothing could be read
};

// Where the places of a reference photo are on another of the same thing: x' = a·x + b·y + c, y' = d·x + e·y + f, of
// pixels to pixels.
struct FaceMove {
  std::array<double, 6> matrix{1, 0, 0, 0, 1, 0};
  double likeness = 0;  // −1 … 1: correlation of the two where they cover each other
};
Quadrangle moved(const Quadrangle& corners, const FaceMove& move);

// Not thread-safe. Blocks.
class MeterReader {
 public:
  virtual ~MeterReader() = default;
  // `part.corners` are pixels of `picture` here. Errors: not_found when no model reads such parts; invalid_input for a
  // part without area on the picture; those of networks.
  virtual core::Result<PartSeen> read(const core::Raster& picture, const MeterPart& part) = 0;
  // Turned by 20° at most, between four fifths and five quarters as large, moved by a third of the picture: the nearest
  // likeness within. Errors: those of pixels.hpp.
  virtual core::Result<FaceMove> find_face(const core::Raster& reference, const core::Raster& picture) = 0;
};

}  // namespace sightglass::vision
