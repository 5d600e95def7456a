// What a pass of the backbone says of each place of a picture and of the whole, as anomaly models take it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/letterbox.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

struct PatchFeatures {
  Letterbox letterbox{};
  core::Size cells{};                 // of the grid over the network's input
  std::vector<std::uint8_t> valid{};  // 1 for cells on the picture, as valid_cells() says; row by row
  Matrix values{};                    // a row for each cell: the channels of `fine`, pooled, then those of `coarse`
  std::vector<float> whole{};         // as embedding_of() has it
};

// Pools `fine` to the grid of `coarse`, whose sides must divide those of `fine`. internal, naming `model`, for tensors
// of other shapes, too few cells on the picture to judge, or numbers that are not finite.
core::Result<PatchFeatures> patch_features(const BackbonePass& pass, std::string_view model);

// Of each valid cell the mean of `values` (a row for each cell) over the valid cells that lie up to `reach` beside it,
// as PatchCore makes its places aware of their neighbourhood; other cells keep their own.
Matrix averaged_around(const Matrix& values, core::Size cells, std::span<const std::uint8_t> valid, std::int32_t reach);

}  // namespace sightglass::vision
