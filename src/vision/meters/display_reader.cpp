#include "vision/meters/display_reader.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "vision/meters/cells.hpp"
#include "vision/meters/display_variants.hpp"
#include "vision/meters/find_plates.hpp"
#include "vision/meters/segment_reader.hpp"
#include "vision/pixels.hpp"
#include "vision/text/text_recogniser.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

// So much of what the network of seven segments holds possible must be numbers: else it is something else that it sees.
constexpr double least_share = 0.5;
constexpr std::size_t most_plates = 3;

struct Reading {
  std::string text{};
  double confidence = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
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

// How much of what a network holds possible is a number of two digits and more.
double number_share(const std::vector<DisplayGuess>& guesses) {
  double share = 0;
  for (const auto& guess : guesses)
    if (digits_in(guess.text) >= 2) share += guess.weight;
  return share;
}

// What the recogniser of printed text says; nothing when none is installed.
Result<std::optional<std::vector<DisplayGuess>>> read_text(const core::Raster& picture, const Quadrangle& corners,
                                                           MeterNetworks& networks) {
  SG_ASSIGN(const auto size, cell_size(corners));
  SG_ASSIGN(const auto line, straightened(picture, corners, size));
  SG_ASSIGN(const auto variants, display_variants(line));
  std::vector<Reading> readings;
  SG_ASSIGN(const bool has_text, add_text(variants, networks, readings));
  if (!has_text) return std::nullopt;
  return vote(readings, variants.size());
}

// The network of seven segments where it sees a number; else recognisers of printed text.
Result<std::vector<DisplayGuess>> read_line(const core::Raster& picture, const Quadrangle& corners,
                                            MeterNetworks& networks) {
  SG_ASSIGN(const auto segments, read_segments(picture, corners, networks));
  if (segments && number_share(*segments) >= least_share) return *segments;
  SG_ASSIGN(const auto text, read_text(picture, corners, networks));
  if (!segments && !text) return core::fail(core::not_found("no model for displays is installed"));
  return text ? *text : *segments;
}

// Of the plates the one whose digits are surest, when they are sure enough.
Result<std::optional<Quadrangle>> find_plate(const core::Raster& picture, MeterNetworks& networks) {
  SG_ASSIGN(const auto plates, find_plates(picture, most_plates));
  std::optional<Quadrangle> best;
  double most = least_share;
  for (const auto& plate : plates) {
    SG_ASSIGN(const auto segments, read_segments(picture, plate, networks));
    if (!segments) return std::nullopt;
    if (number_share(*segments) < most) continue;
    most = number_share(*segments);
    best = plate;
  }
  return best;
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
  SG_ASSIGN(const auto plate, find_plate(picture, networks));
  if (plate) return read_line(picture, *plate, networks);
  SG_ASSIGN(const auto found, find_display(picture, networks));
  if (!found) return std::vector<DisplayGuess>{};
  return read_line(picture, grown(*found, 0.03, 0.08), networks);
}

}  // namespace sightglass::vision
