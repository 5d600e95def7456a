#include <algorithm>
#include <vector>

#include "vision/text/make_text_reader.hpp"

namespace sightglass::vision {

namespace {

bool share_row(const core::Box& a, const core::Box& b) {
  const double overlap = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  return overlap >= 0.5 * std::min(a.height, b.height);
}

}  // namespace

// "Shares a row with" is not transitive, so that no order can be made of it alone: rows are gathered from the top, each
// around its first line.
void sort_by_reading_order(std::vector<TextLine>& lines) {
  auto row = lines.begin();
  while (row != lines.end()) {
    std::sort(row, lines.end(), [](const TextLine& a, const TextLine& b) { return a.box.y < b.box.y; });
    const core::Box first = row->box;
    const auto end = std::partition(row, lines.end(), [&](const TextLine& line) { return share_row(first, line.box); });
    std::sort(row, end, [](const TextLine& a, const TextLine& b) { return a.box.x < b.box.x; });
    row = end;
  }
}

}  // namespace sightglass::vision
