// How a picture of any shape is laid into a network's square input: scaled to fit, in the middle, the rest filled.
#pragma once

#include "core/box.hpp"
#include "core/geometry.hpp"

namespace sightglass::vision {

struct Letterbox {
  core::Size picture{};  // what is laid in
  core::Size input{};    // the network's
  double scale = 1;      // input pixels for one of the picture; smaller pictures are enlarged
  double left = 0;       // where the picture begins in the input, pixels
  double top = 0;

  static Letterbox fit(core::Size picture, core::Size input);
  // A box in the input's pixels, as one on the picture, cut to it.
  core::Box to_picture(const core::Box& box) const;
  core::Box to_input(const core::Box& box) const;
};

}  // namespace sightglass::vision
