#include "vision/meters/display_reader.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "vision/detection/model_input.hpp"
#include "vision/meters/cells.hpp"
#include "vision/meters/display_variants.hpp"
#include "vision/pixels.hpp"
#include "vision/text/ctc.hpp"
#include "vision/text/text_recogniser.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

struct Reading {
  std::string text{};
  double confidence = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

// A network of seven-segment digits; false when none is installed.
Result<bool> add_segments(const std::vector<core::Raster>& variants, MeterNetworks& networks,
                          std::vector<Reading>& readings) {
  const auto model = networks.display();
  if (!model && model.error().code == core::ErrorCode::not_found) return false;
  if (!model) return std::unexpected(model.error());
  for (const auto& variant : variants) {
    SG_ASSIGN(const auto placed, place_in(*model->description->input, variant));
    SG_ASSIGN(const auto outputs, model->network->run(placed.tensor));
    const auto& labels = model->description->labels;
    auto text = read_columns(outputs.front().values, labels.size() + 1, labels);
    if (!text.text.empty()) readings.push_back({std::move(text.text), text.confidence});
  }
  return true;
}

// The recogniser of printed text; false when none is installed.
Result<bool> add_text(const std::vector<core::Raster>& variants, MeterNetworks& networks,
                      std::vector<Reading>& readings) {
  for (const auto& variant : variants) {
    auto text = recognise(variant, networks.text());
    if (!text && text.error().code == core::ErrorCode::not_found) return false;
    if (!text) return std::unexpected(text.error());
    if (!text->text.empty()) readings.push_back({std::move(text->text), text->confidence});
  }
  return true;
}

// A look counts by how sure it was: below a half next to nothing.
double weight_of(const Reading& reading) { return std::pow(std::clamp(reading.confidence, 0.0, 1.0), 4); }

std::vector<DisplayGuess> vote(const std::vector<Reading>& readings, std::size_t looks) {
  std::map<std::string, double> weights;
  double all = 0;
  for (const auto& reading : readings) {
    weights[reading.text] += weight_of(reading);
    all += weight_of(reading);
  }
  // Looks that saw nothing speak against what a few saw.
  all = std::max(all, 0.25 * static_cast<double>(looks));
  std::vector<DisplayGuess> guesses;
  for (const auto& [text, weight] : weights) guesses.push_back({.text = text, .weight = weight / all});
  std::ranges::sort(guesses, [](const DisplayGuess& a, const DisplayGuess& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.text < b.text;
  });
  return guesses;
}

Result<std::vector<DisplayGuess>> read_line(const core::Raster& picture, const Quadrangle& corners,
                                            MeterNetworks& networks) {
  SG_ASSIGN(const auto size, cell_size(corners));
  SG_ASSIGN(const auto line, straightened(picture, corners, size));
  SG_ASSIGN(const auto variants, display_variants(line));
  std::vector<Reading> readings;
  SG_ASSIGN(const bool has_segments, add_segments(variants, networks, readings));
  SG_ASSIGN(const bool has_text, add_text(variants, networks, readings));
  if (!has_segments && !has_text) return core::fail(core::not_found("no model for displays is installed"));
  return vote(readings, variants.size());
}

// Of what looks like text the line that has most digits, and of these the highest.
Result<std::optional<Quadrangle>> find_display(const core::Raster& picture, MeterNetworks& networks) {
  SG_ASSIGN(auto* reader, networks.text_reader());
  SG_ASSIGN(const auto found, reader->read(picture, {.most_lines = 12, .least_confidence = 0.2}));
  std::optional<Quadrangle> best;
  double most = 0;
  for (const auto& line : found.lines) {
    const auto digits = digits_in(line.text);
    if (digits == 0 || 2 * digits < line.text.size()) continue;
    const double height = std::hypot(line.corners[6] - line.corners[0], line.corners[7] - line.corners[1]);
    if (height <= most) continue;
    most = height;
    best = line.corners;
  }
  return best;
}

}  // namespace

Result<std::vector<DisplayGuess>> read_display(const core::Raster& picture, const std::optional<Quadrangle>& corners,
                                               MeterNetworks& networks) {
  if (corners) return read_line(picture, *corners, networks);
  SG_ASSIGN(const auto found, find_display(picture, networks));
  if (!found) return std::vector<DisplayGuess>{};
  return read_line(picture, grown(*found, 0.03, 0.08), networks);
}

}  // namespace sightglass::vision
