#include "vision/letterbox.hpp"

#include <algorithm>
#include <cmath>

namespace sightglass::vision {

Letterbox Letterbox::fit(core::Size picture, core::Size input) {
  const double scale =
      std::min(static_cast<double>(input.width) / picture.width, static_cast<double>(input.height) / picture.height);
  // Whole pixels, so that the border is the same for every picture of one size.
  const double width = std::max(1.0, std::round(picture.width * scale));
  const double height = std::max(1.0, std::round(picture.height * scale));
  return {.picture = picture,
          .input = input,
          .scale = scale,
          .left = std::floor((input.width - width) / 2),
          .top = std::floor((input.height - height) / 2)};
}

core::Box Letterbox::to_picture(const core::Box& box) const {
  return core::clipped({(box.x - left) / scale, (box.y - top) / scale, box.width / scale, box.height / scale}, picture);
}

core::Box Letterbox::to_input(const core::Box& box) const {
  return {box.x * scale + left, box.y * scale + top, box.width * scale, box.height * scale};
}

}  // namespace sightglass::vision
