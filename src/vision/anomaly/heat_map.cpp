#include "vision/anomaly/heat_map.hpp"

#include <algorithm>
#include <cmath>

namespace sightglass::vision {

namespace {

struct CellBox {
  std::int32_t left, top, right, bottom;  // the last ones included
};

std::size_t at(const CellMap& map, std::int32_t x, std::int32_t y) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(map.cells.width) + static_cast<std::size_t>(x);
}

// The cells on the picture are a rectangle.
CellBox covered(const CellMap& map) {
  CellBox box{map.cells.width, map.cells.height, -1, -1};
  for (std::int32_t y = 0; y < map.cells.height; ++y)
    for (std::int32_t x = 0; x < map.cells.width; ++x)
      if (map.valid[at(map, x, y)] != 0)
        box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x), std::max(box.bottom, y)};
  return box;
}

core::Box on_picture(const CellMap& map, const CellBox& cells) {
  const double width = static_cast<double>(map.letterbox.input.width) / map.cells.width;
  const double height = static_cast<double>(map.letterbox.input.height) / map.cells.height;
  return map.letterbox.to_picture({cells.left * width, cells.top * height, (cells.right - cells.left + 1) * width,
                                   (cells.bottom - cells.top + 1) * height});
}

std::size_t largest_cell(const CellMap& map) {
  std::size_t best = map.values.size();
  for (std::size_t i = 0; i < map.values.size(); ++i)
    if (map.valid[i] != 0 && (best == map.values.size() || map.values[i] > map.values[best])) best = i;
  return best;
}

// The cells connected with `start` that reach `least`; they are marked as taken.
CellBox grown(const CellMap& map, std::size_t start, double least, std::vector<std::uint8_t>& taken) {
  const auto width = static_cast<std::size_t>(map.cells.width);
  const auto first_x = static_cast<std::int32_t>(start % width);
  const auto first_y = static_cast<std::int32_t>(start / width);
  CellBox box{first_x, first_y, first_x, first_y};
  std::vector<std::size_t> waiting{start};
  taken[start] = 1;
  while (!waiting.empty()) {
    const std::size_t cell = waiting.back();
    waiting.pop_back();
    const auto x = static_cast<std::int32_t>(cell % width);
    const auto y = static_cast<std::int32_t>(cell / width);
    box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x), std::max(box.bottom, y)};
    for (std::int32_t ny = std::max(y - 1, 0); ny <= std::min(y + 1, map.cells.height - 1); ++ny)
      for (std::int32_t nx = std::max(x - 1, 0); nx <= std::min(x + 1, map.cells.width - 1); ++nx) {
        const std::size_t next = at(map, nx, ny);
        if (taken[next] != 0 || map.valid[next] == 0 || static_cast<double>(map.values[next]) < least) continue;
        taken[next] = 1;
        waiting.push_back(next);
      }
  }
  return box;
}

bool is_near(const CellBox& a, const CellBox& b) {
  constexpr std::int32_t gap = 2;  // one cell between them
  return a.left <= b.right + gap && b.left <= a.right + gap && a.top <= b.bottom + gap && b.top <= a.bottom + gap;
}

// Joins boxes that touch or nearly touch, keeping the place of the first.
void join_near(std::vector<CellBox>& boxes) {
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t j = i + 1; j < boxes.size(); ++j) {
      if (!is_near(boxes[i], boxes[j])) continue;
      boxes[i] = {std::min(boxes[i].left, boxes[j].left), std::min(boxes[i].top, boxes[j].top),
                  std::max(boxes[i].right, boxes[j].right), std::max(boxes[i].bottom, boxes[j].bottom)};
      boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(j));
      j = i;  // the larger box may reach others now
    }
}

}  // namespace

HeatMap over_picture(const CellMap& map) {
  const CellBox box = covered(map);
  const auto& letterbox = map.letterbox;
  const auto cells_along = [](double pixels, double input, std::int32_t cells) {
    return std::clamp(static_cast<std::int32_t>(std::lround(2 * pixels * cells / input)), 1, 2 * cells);
  };
  const double width = letterbox.picture.width * letterbox.scale;
  const double height = letterbox.picture.height * letterbox.scale;
  HeatMap heat{.cells = {cells_along(width, letterbox.input.width, map.cells.width),
                         cells_along(height, letterbox.input.height, map.cells.height)},
               .values = {}};
  for (std::int32_t row = 0; row < heat.cells.height; ++row) {
    const double v =
        (letterbox.top + (row + 0.5) * height / heat.cells.height) * map.cells.height / letterbox.input.height - 0.5;
    const double y = std::clamp(v, static_cast<double>(box.top), static_cast<double>(box.bottom));
    const auto y0 = static_cast<std::int32_t>(y);
    const std::int32_t y1 = std::min(y0 + 1, box.bottom);
    for (std::int32_t column = 0; column < heat.cells.width; ++column) {
      const double u =
          (letterbox.left + (column + 0.5) * width / heat.cells.width) * map.cells.width / letterbox.input.width - 0.5;
      const double x = std::clamp(u, static_cast<double>(box.left), static_cast<double>(box.right));
      const auto x0 = static_cast<std::int32_t>(x);
      const std::int32_t x1 = std::min(x0 + 1, box.right);
      const auto value = [&](std::int32_t cx, std::int32_t cy) {
        return static_cast<double>(map.values[at(map, cx, cy)]);
      };
      const double above = value(x0, y0) + (x - x0) * (value(x1, y0) - value(x0, y0));
      const double below = value(x0, y1) + (x - x0) * (value(x1, y1) - value(x0, y1));
      heat.values.push_back(static_cast<float>(above + (y - y0) * (below - above)));
    }
  }
  return heat;
}

Place peak_of(const CellMap& map) {
  const std::size_t best = largest_cell(map);
  const auto width = static_cast<std::size_t>(map.cells.width);
  const auto x = static_cast<std::int32_t>(best % width);
  const auto y = static_cast<std::int32_t>(best / width);
  // The centre of what rises above half of the largest, in the eight neighbours.
  const double half = static_cast<double>(map.values[best]) / 2;
  double weight = 0;
  double sum_x = 0;
  double sum_y = 0;
  for (std::int32_t ny = std::max(y - 1, 0); ny <= std::min(y + 1, map.cells.height - 1); ++ny)
    for (std::int32_t nx = std::max(x - 1, 0); nx <= std::min(x + 1, map.cells.width - 1); ++nx) {
      if (map.valid[at(map, nx, ny)] == 0) continue;
      const double rise = std::max(0.0, static_cast<double>(map.values[at(map, nx, ny)]) - half);
      weight += rise;
      sum_x += rise * nx;
      sum_y += rise * ny;
    }
  const double centre_x = weight > 0 ? sum_x / weight : x;
  const double centre_y = weight > 0 ? sum_y / weight : y;
  const auto& letterbox = map.letterbox;
  const double input_x = (centre_x + 0.5) * letterbox.input.width / map.cells.width;
  const double input_y = (centre_y + 0.5) * letterbox.input.height / map.cells.height;
  return {std::clamp((input_x - letterbox.left) / letterbox.scale, 0.0, static_cast<double>(letterbox.picture.width)),
          std::clamp((input_y - letterbox.top) / letterbox.scale, 0.0, static_cast<double>(letterbox.picture.height))};
}

std::vector<core::Box> boxes_of(const CellMap& map, double seed, double grow, std::size_t most) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < map.values.size(); ++i)
    if (map.valid[i] != 0 && static_cast<double>(map.values[i]) >= seed) order.push_back(i);
  if (order.empty()) order.push_back(largest_cell(map));
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return map.values[a] != map.values[b] ? map.values[a] > map.values[b] : a < b;
  });
  std::vector<std::uint8_t> taken(map.values.size());
  std::vector<CellBox> regions;
  for (const std::size_t cell : order) {
    if (taken[cell] != 0) continue;
    const auto value = static_cast<double>(map.values[cell]);
    regions.push_back(grown(map, cell, value > 0 ? grow * value : value, taken));
  }
  join_near(regions);
  std::vector<core::Box> boxes;
  for (const auto& region : regions) {
    if (boxes.size() == most) break;
    if (const auto box = on_picture(map, region); !box.is_empty()) boxes.push_back(box);
  }
  return boxes;
}

}  // namespace sightglass::vision
