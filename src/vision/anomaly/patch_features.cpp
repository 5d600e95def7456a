#include "vision/anomaly/patch_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/embedding/valid_cells.hpp"
#include "vision/numeric/products.hpp"

namespace sightglass::vision {

namespace {

struct Plane {
  std::size_t channels, height, width;
};

core::Result<Plane> plane_of(const Tensor& tensor, std::string_view model) {
  const auto count = count_of(tensor.shape);
  if (tensor.shape.size() != 4 || tensor.shape[0] != 1 || count < 0 ||
      static_cast<std::size_t>(count) != tensor.values.size())
    return core::fail(core::internal_error(fmt::format("The features of {} are not of the shape 1×C×H×W.", model)));
  return Plane{static_cast<std::size_t>(tensor.shape[1]), static_cast<std::size_t>(tensor.shape[2]),
               static_cast<std::size_t>(tensor.shape[3])};
}

// The mean of each block of `factor` × `factor`, into columns from `first` on.
void pool(const Tensor& tensor, const Plane& plane, std::size_t factor, std::size_t first, Matrix& out) {
  const std::size_t width = plane.width / factor;
  const float share = 1 / static_cast<float>(factor * factor);
  for (std::size_t c = 0; c < plane.channels; ++c) {
    const float* channel = tensor.values.data() + c * plane.height * plane.width;
    for (std::size_t y = 0; y < plane.height; ++y)
      for (std::size_t x = 0; x < plane.width; ++x)
        out(y / factor * width + x / factor, first + c) += share * channel[y * plane.width + x];
  }
}

std::vector<std::uint8_t> marked(const CellRange& range, core::Size cells) {
  std::vector<std::uint8_t> marks(static_cast<std::size_t>(cells.pixels()));
  for (std::int32_t y = range.top; y < range.bottom; ++y)
    for (std::int32_t x = range.left; x < range.right; ++x) marks[static_cast<std::size_t>(y * cells.width + x)] = 1;
  return marks;
}

}  // namespace

core::Result<PatchFeatures> patch_features(const BackbonePass& pass, std::string_view model) {
  SG_ASSIGN(const Plane fine, plane_of(pass.fine, model));
  SG_ASSIGN(const Plane coarse, plane_of(pass.coarse, model));
  const std::size_t factor = fine.width / coarse.width;
  if (factor == 0 || fine.width != factor * coarse.width || fine.height != factor * coarse.height ||
      coarse.width > 256 || coarse.height > 256)
    return core::fail(core::internal_error(fmt::format("The two grids of features of {} do not fit.", model)));
  PatchFeatures features{.letterbox = pass.letterbox,
                         .cells = {static_cast<std::int32_t>(coarse.width), static_cast<std::int32_t>(coarse.height)},
                         .valid = {},
                         .values = Matrix(coarse.width * coarse.height, fine.channels + coarse.channels),
                         .whole = {}};
  features.valid = marked(valid_cells(pass.letterbox, features.cells), features.cells);
  constexpr std::ptrdiff_t least_cells = 16;
  if (std::ranges::count(features.valid, 1) < least_cells)
    return core::fail(core::invalid_input("picture", "The picture is too narrow to be judged place by place."));
  pool(pass.fine, fine, factor, 0, features.values);
  pool(pass.coarse, coarse, 1, fine.channels, features.values);
  features.whole = embedding_of(pass, model).values;
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(features.values.values(), is_finite) || !std::ranges::all_of(features.whole, is_finite))
    return core::fail(
        core::internal_error(fmt::format("The model {} answered with numbers that are not finite.", model)));
  return features;
}

Matrix averaged_around(const Matrix& values, core::Size cells, std::span<const std::uint8_t> valid,
                       std::int32_t reach) {
  const auto place = [&](std::int32_t x, std::int32_t y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(cells.width) + static_cast<std::size_t>(x);
  };
  Matrix means = values;
  for (std::int32_t y = 0; y < cells.height; ++y)
    for (std::int32_t x = 0; x < cells.width; ++x) {
      if (valid[place(x, y)] == 0) continue;
      const auto sum = means.row(place(x, y));
      std::ranges::fill(sum, 0.0F);
      float count = 0;
      for (std::int32_t ny = std::max(y - reach, 0); ny <= std::min(y + reach, cells.height - 1); ++ny)
        for (std::int32_t nx = std::max(x - reach, 0); nx <= std::min(x + reach, cells.width - 1); ++nx) {
          if (valid[place(nx, ny)] == 0) continue;
          add_scaled(1, values.row(place(nx, ny)), sum);
          count += 1;
        }
      for (float& value : sum) value /= count;
    }
  return means;
}

}  // namespace sightglass::vision
