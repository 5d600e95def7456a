// What a recogniser's output says: the likeliest character of each column, repetitions and blanks taken out (Graves et
// al. 2006, "Connectionist Temporal Classification").
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace sightglass::vision {

struct CtcText {
  std::string text{};     // UTF-8
  double confidence = 0;  // mean probability of the characters kept; 0 for none
};

// `columns` holds steps × classes probabilities; class 0 is the blank, class i is characters[i − 1]. What does not fit
// (fewer values than a whole step, a class without a character) is left out.
CtcText read_columns(std::span<const float> columns, std::size_t classes, std::span<const std::string> characters);

}  // namespace sightglass::vision
