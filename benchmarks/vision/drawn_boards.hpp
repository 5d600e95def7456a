// Bare boards with defects drawn on them, for want of a board that was photographed twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"

namespace sightglass::bench {

struct DrawnDefect {
  std::string kind{};  // "open", "short", "mousebite", "spur", "copper", "pinhole"
  core::Box box{};     // 10 pixels larger than what was drawn, as people mark such defects
};

struct DrawnBoard {
  core::Raster picture{};
  std::vector<DrawnDefect> defects{};  // none on a board that is whole
};

// `board` shows copper dark. The drawn one lies up to four pixels beside it, its edges are frayed by a pixel or two and
// its levels are noisy. With defects there is one of each kind for which a place was found. The same for the same seed.
DrawnBoard drawn_board(const core::Raster& board, bool has_defects, std::uint64_t seed);

}  // namespace sightglass::bench
