#include "vision/reference/reference_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/json_writer.hpp"
#include "vision/numeric/header_fields.hpp"
#include "vision/reference/compare_pictures.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

constexpr std::string_view magic = "SGR1";
constexpr std::int64_t longest_side = 16'384;
constexpr std::int32_t map_cells = 64;  // of the longer side, as other models' heat maps have

// The largest value of each cell. A place that only just differs has the value 1, as a score has.
HeatMap map_of(const Comparison& comparison) {
  const auto& size = comparison.unexplained.size;
  const double cell = std::max(1.0, static_cast<double>(std::max(size.width, size.height)) / map_cells);
  HeatMap map{.cells = {std::max(1, static_cast<std::int32_t>(std::lround(size.width / cell))),
                        std::max(1, static_cast<std::int32_t>(std::lround(size.height / cell)))},
              .values = {}};
  map.values.resize(static_cast<std::size_t>(map.cells.pixels()));
  for (std::int32_t y = 0; y < size.height; ++y)
    for (std::int32_t x = 0; x < size.width; ++x) {
      const auto column = static_cast<std::int64_t>(x) * map.cells.width / size.width;
      const auto row = static_cast<std::int64_t>(y) * map.cells.height / size.height;
      const auto from =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
      auto& value = map.values[static_cast<std::size_t>(row * map.cells.width + column)];
      value = std::max(value, static_cast<float>(comparison.unexplained.values[from]) / comparison.level);
    }
  return map;
}

Place peak_of(const Comparison& comparison) {
  if (!comparison.differences.empty()) return {comparison.differences.front().x, comparison.differences.front().y};
  const auto& values = comparison.unexplained.values;
  const auto largest = static_cast<std::int64_t>(std::ranges::max_element(values) - values.begin());
  const auto width = comparison.unexplained.size.width;
  return {static_cast<double>(largest % width) + 0.5, static_cast<double>(largest / width) + 0.5};
}

}  // namespace

ReferenceModel::ReferenceModel(std::vector<Reference> references) : references_(std::move(references)) {
  for (const auto& reference : references_) pictures_.push_back(reference.picture);
  // A promise of no rate: it may be any.
  threshold_ = {.value = 1,
                .rate = {0, 1},
                .goods = static_cast<std::int32_t>(references_.size()),
                .rank = static_cast<std::int32_t>(references_.size()),
                .is_extrapolated = true};
}

Result<ReferenceModel> ReferenceModel::of(std::vector<Reference> references) {
  if (references.empty() || references.size() > most_references)
    return core::fail(
        core::invalid_input("pictures", fmt::format("Between 1 and {} good pictures can be references; there are {}.",
                                                    most_references, references.size())));
  return ReferenceModel(std::move(references));
}

Result<AnomalyResult> ReferenceModel::score(const core::Raster& picture) const {
  SG_ASSIGN(const auto comparison, compare_pictures(pictures_, picture));
  AnomalyResult result{.score = comparison.strongest, .threshold = threshold_.value};
  result.is_anomalous = !comparison.differences.empty();
  result.rarity = result.is_anomalous ? 1 : 0;
  result.map = map_of(comparison);
  result.peak = peak_of(comparison);
  for (const auto& difference : comparison.differences) result.boxes.push_back(difference.box);
  result.nearest_good = references_[comparison.nearest].name;
  return result;
}

bool is_reference_file(std::string_view bytes) { return bytes.starts_with(magic); }

std::string write_references(const ReferenceModel& model) {
  std::string header;
  core::JsonWriter json(header);
  json.begin_object().key("names").begin_array();
  for (const auto& reference : model.references()) json.string(reference.name);
  json.end_array().key("widths").begin_array();
  for (const auto& reference : model.references()) json.number(static_cast<double>(reference.picture.size.width));
  json.end_array().key("heights").begin_array();
  for (const auto& reference : model.references()) json.number(static_cast<double>(reference.picture.size.height));
  json.end_array();
  json.end_object();
  std::string file = begun(magic, header);
  for (const auto& reference : model.references())
    file.append(reference.picture.values.begin(), reference.picture.values.end());
  return file;
}

Result<ReferenceModel> read_references(std::string_view bytes) {
  SG_ASSIGN(const auto file, opened(bytes, magic));
  SG_ASSIGN(const auto fields, HeaderFields::parse(file.header));
  SG_ASSIGN(auto names, fields.texts("names", most_references, 1000));
  SG_ASSIGN(const auto widths, fields.numbers("widths", names.size()));
  SG_ASSIGN(const auto heights, fields.numbers("heights", names.size()));
  std::vector<Reference> references;
  std::string_view rest = file.blocks;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_sound = widths[i] >= 1 && heights[i] >= 1 && widths[i] <= longest_side && heights[i] <= longest_side;
    if (!is_sound)
      return core::fail(core::invalid_input("widths", "A reference in the model's file has no such size."));
    Reference reference{.name = std::move(names[i])};
    reference.picture.size = {static_cast<std::int32_t>(widths[i]), static_cast<std::int32_t>(heights[i])};
    const auto pixels = static_cast<std::size_t>(reference.picture.size.pixels());
    if (pixels > rest.size()) return core::fail(core::invalid_input("model", "The file of the model is cut short."));
    reference.picture.values.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(pixels));
    rest.remove_prefix(pixels);
    references.push_back(std::move(reference));
  }
  if (!rest.empty())
    return core::fail(core::invalid_input("model", "The file of the model is longer than its header says."));
  return ReferenceModel::of(std::move(references));
}

}  // namespace sightglass::vision
