#include "vision/meters/segment_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "vision/detection/model_input.hpp"
#include "vision/meters/cells.hpp"
#include "vision/meters/display_variants.hpp"
#include "vision/pixels.hpp"
#include "vision/text/ctc_beam.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

// By how much of its width and height the quadrangle is cut wider (or, below 0, tighter): what depends on the cut is
// not believed.
constexpr std::array<std::array<double, 2>, 4> cuts{{{0, 0}, {0.03, 0.08}, {-0.01, -0.04}, {0.01, -0.02}}};
constexpr std::size_t most_texts = 12;

// The quadrangle at the network's size, its channels spread: as the network was taught.
Result<Tensor> input_of(const core::Raster& picture, const Quadrangle& corners, const ModelInput& input) {
  SG_ASSIGN(const auto size, cell_size(corners));
  SG_ASSIGN(const auto line, straightened(picture, corners, size));
  SG_ASSIGN(const auto small, resized(line, input.size()));
  SG_ASSIGN(auto placed, place_in(input, spread_channels(small)));
  return std::move(placed.tensor);
}

Result<std::vector<CtcGuess>> look(const core::Raster& picture, const Quadrangle& corners, const LoadedModel& model) {
  SG_ASSIGN(const auto input, input_of(picture, corners, *model.description->input));
  SG_ASSIGN(const auto outputs, model.network->run(input));
  const auto& columns = outputs.front();
  const auto& labels = model.description->labels;
  const auto classes = columns.shape.empty() ? std::size_t{0} : static_cast<std::size_t>(columns.shape.back());
  if (classes != labels.size() + 1) {
    return core::fail(
        core::internal_error(fmt::format("model {} tells {} characters apart, the blank among them, "
                                         "and has {} labels",
                                         model.description->name, classes, labels.size())));
  }
  return likeliest_texts(columns.values, classes, labels, most_texts);
}

}  // namespace

Result<std::optional<std::vector<DisplayGuess>>> read_segments(const core::Raster& picture, const Quadrangle& corners,
                                                               MeterNetworks& networks) {
  const auto model = networks.display();
  if (!model && model.error().code == core::ErrorCode::not_found) return std::nullopt;
  if (!model) return std::unexpected(model.error());
  std::map<std::string, double> weights;
  for (const auto& [horizontal, vertical] : cuts) {
    SG_ASSIGN(const auto texts, look(picture, grown(corners, horizontal, vertical), *model));
    for (const auto& text : texts) weights[text.text] += text.probability / static_cast<double>(cuts.size());
  }
  // That nothing is there is no guess.
  weights.erase("");
  std::vector<DisplayGuess> guesses;
  for (const auto& [text, weight] : weights) guesses.push_back({.text = text, .weight = weight});
  std::ranges::sort(guesses, [](const DisplayGuess& a, const DisplayGuess& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.text < b.text;
  });
  return guesses;
}

}  // namespace sightglass::vision
