#include "core/box.hpp"

#include <algorithm>

namespace sightglass::core {

double overlap(const Box& a, const Box& b) {
  if (a.is_empty() || b.is_empty()) return 0;
  const double width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const double height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  if (!(width > 0 && height > 0)) return 0;
  const double shared = width * height;
  return shared / (a.area() + b.area() - shared);
}

Box clipped(const Box& box, Size size) {
  const double left = std::clamp(box.x, 0.0, static_cast<double>(size.width));
  const double top = std::clamp(box.y, 0.0, static_cast<double>(size.height));
  const double right = std::clamp(box.right(), left, static_cast<double>(size.width));
  const double bottom = std::clamp(box.bottom(), top, static_cast<double>(size.height));
  return {left, top, right - left, bottom - top};
}

Box turned_by(const Box& box, Size upright, std::int32_t degrees) {
  const double width = upright.width;
  const double height = upright.height;
  switch (degrees) {
    case 90: return {height - box.bottom(), box.x, box.height, box.width};
    case 180: return {width - box.right(), height - box.bottom(), box.width, box.height};
    case 270: return {box.y, width - box.right(), box.height, box.width};
    default: return box;
  }
}

Box turned_back(const Box& shown, Size upright, std::int32_t degrees) {
  const Size turned = degrees == 90 || degrees == 270 ? upright.transposed() : upright;
  return turned_by(shown, turned, (360 - degrees) % 360);
}

}  // namespace sightglass::core
