// Which examples teach and which examine: always whole groups, so that nearly equal pictures never do both.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sightglass::vision {

// True for examples that are held out for examining. A group's side depends on its name and the seed alone: what is
// added later moves nothing that was there. About `share` (0 … 1) of the groups.
std::vector<bool> held_out(std::span<const std::string> groups, double share, std::uint64_t seed);

// The fold, 0 … folds − 1, of each example: groups go, the largest first, to the fold that has least. Fewer groups than
// folds leave folds empty. The order of the examples does not matter.
std::vector<std::int32_t> folds_of(std::span<const std::string> groups, std::int32_t folds, std::uint64_t seed);

}  // namespace sightglass::vision
