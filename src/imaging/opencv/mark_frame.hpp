// What was found on a frame, drawn over it, by OpenCV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"

namespace sightglass::imaging::opencv {

// Coordinates are pixels of the frame.
struct FrameMarks {
  core::Box region{};        // that the heat map covers; empty: no map is drawn
  core::Size map_size{};     // in cells
  std::vector<float> map{};  // row by row; below `coolest` nothing is seen
  float coolest = 0;
  float hottest = 1;  // and above: as red as it gets
  std::vector<core::Box> boxes{};
  bool is_good = true;               // colours the first line: green, else red
  std::vector<std::string> lines{};  // of the bar below; what is not ASCII is written in other letters
  std::string warning{};             // at the right of the bar's first line
};

// The frame with a bar below it, which makes it higher. One thread. Blocks. Errors: too_large when memory does not
// suffice; internal.
core::Result<core::Raster> marked(const core::Raster& frame, const FrameMarks& marks);

// The nearest words of the letters that can be drawn.
std::string drawable(const std::string& words);

}  // namespace sightglass::imaging::opencv
