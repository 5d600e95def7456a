// Whether scores of now are still of the kind that good pictures had when a model learnt.
#pragma once

#include <cstddef>
#include <span>

#include "core/result.hpp"

namespace sightglass::vision {

struct ScoreDrift {
  bool is_higher = false;  // the side on which the gap is larger: more unusual than goods were
  double distance = 0;     // 0 … 1, that gap: so much of the scores lies on the other side of some value
  double p = 1;            // how often so large a gap comes about on either side when nothing has changed, at most
};

// The one-sided statistics of Smirnov (1939) for two samples, on both sides: of n goods and m recent scores a gap of d
// comes about with about exp(−2 d² n m / (n + m)), which is a little too large for few; p is twice that. It asks for no
// shape of the distributions, and a few defects among the recent ones move it little. Photos of one part taken one
// after the other are more alike than it supposes. Errors: invalid_input naming "goods" or "recent" when there are none
// or one is not finite.
core::Result<ScoreDrift> score_drift(std::span<const double> goods, std::span<const double> recent);

}  // namespace sightglass::vision
