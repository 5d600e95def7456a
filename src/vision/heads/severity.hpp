// How bad a damage is, from how much of the picture it takes and what it is.
#pragma once

#include "core/findings.hpp"

namespace sightglass::vision {

// What a user says of a class of damage.
struct DamageClassRule {
  bool raises = false;       // one level above what its area says
  bool is_critical = false;  // critical whatever its area, when it is sure
};

// By area, as a share of the picture (0 … 1): none below 0.2 %, low below 1 %, medium below 4 %, high from there on.
// Critical: a class marked so, with a probability of at least 0.9. An area that is not a number is none.
core::Severity severity_of(double area_share, double probability, const DamageClassRule& rule);

}  // namespace sightglass::vision
