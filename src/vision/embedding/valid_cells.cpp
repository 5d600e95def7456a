#include "vision/embedding/valid_cells.hpp"

#include <algorithm>
#include <cmath>

namespace sightglass::vision {

namespace {

struct Range {
  std::int32_t first = 0, last = 0;
};

// From `begin` to `end`, in pixels of an input side of `length`, that is divided into `cells`.
Range covered(double begin, double end, std::int32_t length, std::int32_t cells) {
  const double cell = static_cast<double>(length) / cells;
  // A cell counts when its middle lies inside; a thousandth of slack against rounding.
  const auto first = static_cast<std::int32_t>(std::ceil(begin / cell - 0.501));
  const auto last = static_cast<std::int32_t>(std::floor(end / cell + 0.501));
  const Range range{std::clamp(first, 0, cells), std::clamp(last, 0, cells)};
  if (range.last > range.first) return range;
  const auto middle = std::clamp(static_cast<std::int32_t>((begin + end) / 2 / cell), 0, cells - 1);
  return {middle, middle + 1};
}

}  // namespace

CellRange valid_cells(const Letterbox& letterbox, core::Size cells) {
  const double width = letterbox.picture.width * letterbox.scale;
  const double height = letterbox.picture.height * letterbox.scale;
  const Range across = covered(letterbox.left, letterbox.left + width, letterbox.input.width, cells.width);
  const Range down = covered(letterbox.top, letterbox.top + height, letterbox.input.height, cells.height);
  return {.left = across.first, .top = down.first, .right = across.last, .bottom = down.last};
}

}  // namespace sightglass::vision
