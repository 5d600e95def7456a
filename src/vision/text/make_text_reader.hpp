// The reader of printed text: a finder, and as many recognised lines as the time allows.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vision/text/text_networks.hpp"
#include "vision/text/text_reader.hpp"

namespace sightglass::vision {

struct TextBudget {
  // Of all lines read together, in pixels of recognisers' widths: what they cost is in proportion to them. At least one
  // line is read.
  std::int32_t widths = 1'400;
  // So many lines of the surest without a legible one among them, and the rest is left out: grass and gravel have many
  // places that look like text and say nothing.
  std::int32_t most_illegible = 4;
};

// `networks` must outlive it.
std::unique_ptr<TextReader> make_text_reader(TextNetworks& networks, const TextBudget& budget);

// Rows from top to bottom, in each from left to right; two lines share a row when they overlap by half of the lower
// one's height or more.
void sort_by_reading_order(std::vector<TextLine>& lines);

}  // namespace sightglass::vision
