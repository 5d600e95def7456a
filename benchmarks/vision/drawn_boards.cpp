#include "benchmarks/vision/drawn_boards.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "vision/random.hpp"

namespace sightglass::bench {

namespace {

using vision::RandomStream;

constexpr double mark_margin = 10;
constexpr int tries = 4000;

struct Board {
  std::int32_t width = 0, height = 0;
  std::vector<std::uint8_t> copper{};  // 1 where there is
  bool holds(std::int32_t x, std::int32_t y) const { return x >= 0 && y >= 0 && x < width && y < height; }
  bool at(std::int32_t x, std::int32_t y) const {
    return copper[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] != 0;
  }
  void set(std::int32_t x, std::int32_t y, bool is_copper) {
    copper[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] =
        is_copper ? 1 : 0;
  }
};

struct Stroke {
  double x = 0, y = 0, to_x = 0, to_y = 0;
  double radius = 2;
};

std::int32_t drawn(RandomStream& random, std::int32_t least, std::int32_t most) {
  return least + static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
}

// Draws a stroke, and gives the box round what changed.
std::optional<core::Box> draw(Board& board, const Stroke& stroke, bool is_copper) {
  std::int32_t left = board.width, top = board.height, right = -1, bottom = -1;
  const double length = std::max(1.0, std::hypot(stroke.to_x - stroke.x, stroke.to_y - stroke.y));
  for (double along = 0; along <= length; along += 0.5) {
    const double x = stroke.x + (stroke.to_x - stroke.x) * along / length;
    const double y = stroke.y + (stroke.to_y - stroke.y) * along / length;
    const auto reach = static_cast<std::int32_t>(std::ceil(stroke.radius));
    for (std::int32_t dy = -reach; dy <= reach; ++dy)
      for (std::int32_t dx = -reach; dx <= reach; ++dx) {
        const auto px = static_cast<std::int32_t>(std::lround(x)) + dx;
        const auto py = static_cast<std::int32_t>(std::lround(y)) + dy;
        if (!board.holds(px, py) || dx * dx + dy * dy > stroke.radius * stroke.radius + 0.5) continue;
        if (board.at(px, py) == is_copper) continue;
        board.set(px, py, is_copper);
        left = std::min(left, px), right = std::max(right, px), top = std::min(top, py), bottom = std::max(bottom, py);
      }
  }
  if (right < 0) return std::nullopt;
  return core::Box{static_cast<double>(left), static_cast<double>(top), right - left + 1.0, bottom - top + 1.0};
}

bool is_all(const Board& board, std::int32_t x, std::int32_t y, std::int32_t reach, bool is_copper) {
  for (std::int32_t dy = -reach; dy <= reach; ++dy)
    for (std::int32_t dx = -reach; dx <= reach; ++dx)
      if (!board.holds(x + dx, y + dy) || board.at(x + dx, y + dy) != is_copper) return false;
  return true;
}

// How far the same material goes from a place, up to `most`.
std::int32_t run(const Board& board, std::int32_t x, std::int32_t y, std::int32_t dx, std::int32_t dy,
                 std::int32_t most) {
  const bool own = board.at(x, y);
  std::int32_t steps = 0;
  while (steps < most && board.holds(x + dx * (steps + 1), y + dy * (steps + 1)) &&
         board.at(x + dx * (steps + 1), y + dy * (steps + 1)) == own)
    ++steps;
  return steps;
}

using Way = std::array<std::int32_t, 2>;
constexpr std::array<Way, 4> ways{Way{1, 0}, Way{-1, 0}, Way{0, 1}, Way{0, -1}};

// A speck within one material: a hole in copper, or copper where none belongs.
std::optional<core::Box> speck(Board& board, RandomStream& random, bool in_copper) {
  for (int t = 0; t < tries; ++t) {
    const auto x = drawn(random, 20, board.width - 21);
    const auto y = drawn(random, 20, board.height - 21);
    const auto reach = in_copper ? 9 : 11;
    if (!is_all(board, x, y, reach, in_copper)) continue;
    const double radius = drawn(random, 2, 4);
    return draw(board, {x + 0.0, y + 0.0, x + drawn(random, -4, 4) + 0.0, y + drawn(random, -4, 4) + 0.0, radius},
                !in_copper);
  }
  return std::nullopt;
}

// From an edge into the material beside it: a spur into what is empty, or a bite into copper.
std::optional<core::Box> bite(Board& board, RandomStream& random, bool in_copper) {
  for (int t = 0; t < tries; ++t) {
    const auto x = drawn(random, 20, board.width - 21);
    const auto y = drawn(random, 20, board.height - 21);
    const auto way = ways[static_cast<std::size_t>(drawn(random, 0, 3))];
    const bool is_edge = board.at(x, y) == in_copper && board.at(x - way[0], y - way[1]) != in_copper;
    if (!is_edge || run(board, x, y, way[0], way[1], 16) < 16) continue;
    const auto length = drawn(random, 6, 10);
    return draw(board,
                {x + 0.0, y + 0.0, x + way[0] * length + drawn(random, -3, 3) + 0.0,
                 y + way[1] * length + drawn(random, -3, 3) + 0.0, static_cast<double>(drawn(random, 1, 3))},
                !in_copper);
  }
  return std::nullopt;
}

// Across a narrow run of one material: a trace that is cut, or two that are joined.
std::optional<core::Box> bridge(Board& board, RandomStream& random, bool in_copper) {
  for (int t = 0; t < tries; ++t) {
    const auto x = drawn(random, 20, board.width - 21);
    const auto y = drawn(random, 20, board.height - 21);
    if (board.at(x, y) != in_copper) continue;
    const bool is_across = drawn(random, 0, 1) == 1;
    const Way way = is_across ? Way{1, 0} : Way{0, 1};
    const auto before = run(board, x, y, -way[0], -way[1], 40);
    const auto behind = run(board, x, y, way[0], way[1], 40);
    const auto along = std::min(run(board, x, y, way[1], way[0], 12), run(board, x, y, -way[1], -way[0], 12));
    if (before + behind < 5 || before + behind > 28 || along < 10) continue;
    return draw(board,
                {x - way[0] * (before + 1.0), y - way[1] * (before + 1.0), x + way[0] * (behind + 1.0),
                 y + way[1] * (behind + 1.0), static_cast<double>(drawn(random, 2, 4))},
                !in_copper);
  }
  return std::nullopt;
}

Board board_of(const core::Raster& picture) {
  Board board{.width = picture.size.width, .height = picture.size.height};
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) board.copper.push_back(picture.rgb[i] < 128 ? 1 : 0);
  return board;
}

void fray(Board& board, RandomStream& random) {
  const Board before = board;
  for (std::int32_t y = 1; y + 1 < board.height; ++y)
    for (std::int32_t x = 1; x + 1 < board.width; ++x) {
      const auto way = ways[static_cast<std::size_t>(random.below(4))];
      if (before.at(x + way[0], y + way[1]) != before.at(x, y) && random.below(3) == 0)
        board.set(x, y, !before.at(x, y));
    }
}

// Moved by whole pixels; what comes in from beyond the edge is like the edge, but for noise.
core::Raster pictured(const Board& board, std::int32_t by_x, std::int32_t by_y, RandomStream& random) {
  core::Raster picture{.size = {board.width, board.height}};
  for (std::int32_t y = 0; y < board.height; ++y)
    for (std::int32_t x = 0; x < board.width; ++x) {
      const bool is_copper =
          board.at(std::clamp(x - by_x, 0, board.width - 1), std::clamp(y - by_y, 0, board.height - 1));
      const auto noise = static_cast<std::int32_t>(random.below(25));
      const auto value = static_cast<std::uint8_t>(is_copper ? noise : 255 - noise);
      picture.rgb.insert(picture.rgb.end(), 3, value);
    }
  return picture;
}

bool is_apart(const std::vector<DrawnDefect>& defects, const core::Box& box) {
  return std::ranges::none_of(defects, [&](const DrawnDefect& one) { return core::overlap(one.box, box) > 0; });
}

}  // namespace

DrawnBoard drawn_board(const core::Raster& board, bool has_defects, std::uint64_t seed) {
  RandomStream random(seed);
  Board changed = board_of(board);
  DrawnBoard answer;
  const auto by_x = drawn(random, -4, 4);
  const auto by_y = drawn(random, -4, 4);
  const auto add = [&](std::string kind, auto&& make) {
    constexpr int times = 5;
    for (int t = 0; t < times; ++t) {
      Board tried = changed;
      const auto box = make(tried);
      if (!box) return;
      const core::Box marked{box->x - mark_margin + by_x, box->y - mark_margin + by_y, box->width + 2 * mark_margin,
                             box->height + 2 * mark_margin};
      if (!is_apart(answer.defects, marked)) continue;
      changed = std::move(tried);
      answer.defects.push_back({std::move(kind), core::clipped(marked, board.size)});
      return;
    }
  };
  if (has_defects) {
    add("pinhole", [&](Board& on) { return speck(on, random, true); });
    add("copper", [&](Board& on) { return speck(on, random, false); });
    add("mousebite", [&](Board& on) { return bite(on, random, true); });
    add("spur", [&](Board& on) { return bite(on, random, false); });
    add("open", [&](Board& on) { return bridge(on, random, true); });
    add("short", [&](Board& on) { return bridge(on, random, false); });
  }
  fray(changed, random);
  answer.picture = pictured(changed, by_x, by_y, random);
  return answer;
}

}  // namespace sightglass::bench
