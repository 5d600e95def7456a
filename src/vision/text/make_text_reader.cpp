#include "vision/text/make_text_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "vision/detection/model_input.hpp"
#include "vision/pixels.hpp"
#include "vision/text/text_mask.hpp"
#include "vision/text/text_recogniser.hpp"

namespace sightglass::vision {

namespace {

using Corners = std::array<double, 8>;

// Lines read worse than this are tried upside down.
constexpr double poorly_read = 0.6;
// Crops that are so much higher than wide hold standing text (as PP-OCR's own programs have it).
constexpr double standing = 1.5;

double distance(const Corners& corners, std::size_t a, std::size_t b) {
  return std::hypot(corners[2 * a] - corners[2 * b], corners[2 * a + 1] - corners[2 * b + 1]);
}

core::Size size_of(const Corners& corners) {
  const double width = std::max(distance(corners, 0, 1), distance(corners, 3, 2));
  const double height = std::max(distance(corners, 0, 3), distance(corners, 1, 2));
  const auto side = [](double length) {
    return static_cast<std::int32_t>(std::clamp(std::round(length), 2.0, 8192.0));
  };
  return {side(width), side(height)};
}

// The same corners, beginning `places` further.
Corners beginning_at(const Corners& corners, std::size_t places) {
  Corners turned = corners;
  std::ranges::rotate(turned, turned.begin() + static_cast<std::ptrdiff_t>(2 * places));
  return turned;
}

core::Box box_around(const Corners& corners) {
  const auto [left, right] = std::minmax({corners[0], corners[2], corners[4], corners[6]});
  const auto [top, bottom] = std::minmax({corners[1], corners[3], corners[5], corners[7]});
  return {left, top, right - left, bottom - top};
}

// Railings and grilles are read as rows of one letter, and surely so. Digits may stand in such rows.
bool is_pattern(const std::string& text) {
  if (text.size() < 5) return false;
  std::size_t most = 0;
  for (const char each : text) {
    if (each < '0' || each > '9') most = std::max(most, static_cast<std::size_t>(std::ranges::count(text, each)));
  }
  return 5 * most >= 4 * text.size();
}

struct Place {
  Corners corners{};  // pixels of the picture, from where reading begins
  double score = 0;
};

class NetworkTextReader final : public TextReader {
 public:
  NetworkTextReader(TextNetworks& networks, const TextBudget& budget) : networks_(networks), budget_(budget) {}

  core::Result<TextFound> read(const core::Raster& picture, const TextWish& wish) override {
    SG_ASSIGN(const auto places, find(picture));
    if (places.empty()) return TextFound{};
    SG_ASSIGN(const auto widths, networks_.widths());
    TextFound found;
    std::int32_t spent = 0;
    std::int32_t read_lines = 0;
    for (const auto& place : places) {
      const std::int32_t width = width_for(size_of(place.corners), widths);
      const bool is_over = read_lines > 0 && spent + width > budget_.widths;
      const bool is_hopeless = found.lines.empty() && read_lines >= budget_.most_illegible;
      if (is_over || is_hopeless || read_lines >= wish.most_lines) {
        ++found.left_out;
        continue;
      }
      spent += width;
      ++read_lines;
      SG_ASSIGN(auto line, read_line(picture, place));
      const bool is_legible = line.confidence.value_or(0) >= wish.least_confidence && !line.text.empty();
      if (is_legible && !is_pattern(line.text)) found.lines.push_back(std::move(line));
    }
    sort_by_reading_order(found.lines);
    return found;
  }

 private:
  // Best first.
  core::Result<std::vector<Place>> find(const core::Raster& picture) {
    SG_ASSIGN(const auto model, networks_.finder());
    SG_ASSIGN(const auto placed, place_in(*model.description->input, picture));
    SG_ASSIGN(const auto outputs, model.network->run(placed.tensor));
    const core::Size input = model.description->input->size();
    const auto& mask = outputs.front();
    if (mask.values.size() != static_cast<std::size_t>(input.pixels())) {
      return core::fail(core::internal_error(
          fmt::format("the mask of model {} is not of its input's size", model.description->name)));
    }
    SG_ASSIGN(const auto boxes, boxes_on_mask({.shape = {input.height, input.width}, .values = mask.values}));
    std::vector<Place> places;
    for (const auto& box : boxes) places.push_back({on_picture(box.corners, placed.place), box.score});
    return places;
  }

  static Corners on_picture(Corners corners, const PicturePlace& place) {
    for (std::size_t corner = 0; corner < 4; ++corner) {
      double& x = corners[2 * corner];
      double& y = corners[2 * corner + 1];
      x = std::clamp((x - place.left) / place.horizontal, 0.0, static_cast<double>(place.picture.width));
      y = std::clamp((y - place.top) / place.vertical, 0.0, static_cast<double>(place.picture.height));
    }
    const core::Size size = size_of(corners);
    // Standing text mostly runs downwards: its beginning is the right top corner.
    return size.height >= standing * size.width ? beginning_at(corners, 1) : corners;
  }

  core::Result<TextLine> read_line(const core::Raster& picture, const Place& place) {
    auto crop = straightened(picture, place.corners, size_of(place.corners));
    if (!crop && crop.error().code == core::ErrorCode::invalid_input) return TextLine{};  // nothing left at the edge
    if (!crop) return std::unexpected(crop.error());
    SG_ASSIGN(auto text, recognise(*crop, networks_));
    Corners corners = place.corners;
    if (text.confidence < poorly_read) {
      SG_ASSIGN(const bool is_turned, is_upside_down(*crop, networks_));
      if (is_turned) {
        SG_ASSIGN(const auto upright, turned(*crop, 180));
        SG_ASSIGN(text, recognise(upright, networks_));
        corners = beginning_at(corners, 2);
      }
    }
    return TextLine{.text = std::move(text.text),
                    .confidence = text.confidence,
                    .box = core::clipped(box_around(corners), picture.size),
                    .corners = corners};
  }

  TextNetworks& networks_;
  TextBudget budget_;
};

}  // namespace

std::unique_ptr<TextReader> make_text_reader(TextNetworks& networks, const TextBudget& budget) {
  return std::make_unique<NetworkTextReader>(networks, budget);
}

}  // namespace sightglass::vision
