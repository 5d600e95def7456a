#include "vision/meters/place_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/calibration.hpp"
#include "vision/detection/model_input.hpp"
#include "vision/meters/cells.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

// Each cell is looked at as it was cut, a little to the left and to the right: what depends on a pixel is not believed.
constexpr std::array<double, 3> shifts{-0.05, 0, 0.05};

// Width to height of a wheel's window at most, as on the pictures that the network was taught with: a row whose windows
// stand apart is read at the windows.
constexpr double widest_window = 0.65;

double distance(const Quadrangle& corners, std::size_t a, std::size_t b) {
  return std::hypot(corners[2 * a] - corners[2 * b], corners[2 * a + 1] - corners[2 * b + 1]);
}

// The window of wheel `i` of `count`: the first begins and the last ends with the row.
Quadrangle window_of(const Quadrangle& row, std::int32_t i, std::int32_t count) {
  const double width = std::max(distance(row, 0, 1), distance(row, 3, 2));
  const double height = std::max(distance(row, 0, 3), distance(row, 1, 2));
  const double share = std::min(1.0 / count, widest_window * height / std::max(width, 1e-9));
  if (count == 1) return row;
  const double from = i * (1 - share) / (count - 1);
  return part_of(row, from, from + share);
}

Result<PlaceShares> shares_of(const core::Raster& cell, const LoadedModel& model) {
  SG_ASSIGN(const auto placed, place_in(*model.description->input, cell));
  SG_ASSIGN(auto outputs, model.network->run(placed.tensor));
  auto& values = outputs.front().values;
  PlaceShares shares{};
  if (values.size() != shares.size()) {
    return core::fail(core::internal_error(
        fmt::format("model {} tells {} places apart, not 100", model.description->name, values.size())));
  }
  if (model.description->output->layout == OutputLayout::logits) softmax(values, 1);
  std::ranges::copy(values, shares.begin());
  return shares;
}

Result<PlaceShares> read_cell(const core::Raster& picture, const Quadrangle& corners, const LoadedModel& model) {
  PlaceShares mean{};
  for (const double shift : shifts) {
    const auto moved = part_of(corners, shift, 1 + shift);
    SG_ASSIGN(const auto size, cell_size(moved));
    SG_ASSIGN(const auto cell, straightened(picture, moved, size));
    SG_ASSIGN(const auto shares, shares_of(cell, model));
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += shares[i] / static_cast<float>(shifts.size());
  }
  return mean;
}

}  // namespace

Result<std::vector<PlaceShares>> read_places(const core::Raster& picture, PartKind kind, const Quadrangle& corners,
                                             std::int32_t digits, MeterNetworks& networks) {
  SG_ASSIGN(const auto model, kind == PartKind::needle ? networks.needles() : networks.wheels());
  std::vector<PlaceShares> places;
  for (std::int32_t i = 0; i < digits; ++i) {
    SG_ASSIGN(places.emplace_back(), read_cell(picture, window_of(corners, i, digits), model));
  }
  return places;
}

}  // namespace sightglass::vision
