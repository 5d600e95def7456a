// What a recogniser's output may say, and how likely each text is: all ways through the columns that spell it count
// together (prefix beam search, Graves and Jaitly 2014, "Towards End-to-End Speech Recognition").
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace sightglass::vision {

struct CtcGuess {
  std::string text{};  // UTF-8; empty where nothing is the likeliest
  double probability = 0;
};

// As read_columns, but the `most` likeliest texts, the likeliest first. Their probabilities are of all texts: their sum
// is at most 1, and what is missing is of texts that were left out. Pure. `most` below 1 gives none.
std::vector<CtcGuess> likeliest_texts(std::span<const float> columns, std::size_t classes,
                                      std::span<const std::string> characters, std::size_t most);

}  // namespace sightglass::vision
