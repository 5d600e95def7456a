#include "vision/text/text_recogniser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/letterbox.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

// As published with PP-OCR's direction network: below it the crop is left as it is.
constexpr float sure_of_direction = 0.9F;

// At the input's height, as wide as it is then but not wider than the input, at the left; the rest is the input's fill.
core::Result<Tensor> line_input(const core::Raster& crop, const ModelInput& input) {
  const core::Size size = input.size();
  if (crop.size.height < 2 || crop.size.width < 2) {
    return core::fail(core::invalid_input("picture", "a line of text is too small to read"));
  }
  const double width = std::ceil(static_cast<double>(size.height) * crop.size.width / crop.size.height);
  const core::Size line{static_cast<std::int32_t>(std::clamp(width, 1.0, static_cast<double>(size.width))),
                        size.height};
  SG_ASSIGN(const auto scaled, resized(crop, line));
  const Letterbox place{.picture = line, .input = size};
  return letterboxed(scaled, place, {.order = input.colour, .mean = input.mean, .deviation = input.deviation},
                     static_cast<float>(input.fill));
}

}  // namespace

std::int32_t width_for(core::Size size, std::span<const std::int32_t> widths, std::int32_t height) {
  const double wanted = static_cast<double>(height) * size.width / std::max(1, size.height);
  const auto enough = std::ranges::find_if(widths, [&](std::int32_t width) { return width >= wanted; });
  return enough == widths.end() ? widths.back() : *enough;
}

core::Result<CtcText> recognise(const core::Raster& crop, TextNetworks& networks) {
  SG_ASSIGN(const auto widths, networks.widths());
  SG_ASSIGN(const auto model, networks.recogniser(width_for(crop.size, widths)));
  SG_ASSIGN(const auto input, line_input(crop, *model.description->input));
  SG_ASSIGN(const auto outputs, model.network->run(input));
  const auto& columns = outputs.front();
  const auto classes = columns.shape.empty() ? std::size_t{0} : static_cast<std::size_t>(columns.shape.back());
  const auto& characters = model.description->labels;
  if (classes != characters.size() + 1) {
    return core::fail(
        core::internal_error(fmt::format("model {} tells {} characters apart, the blank among them, and has {} labels",
                                         model.description->name, classes, characters.size())));
  }
  return read_columns(columns.values, classes, characters);
}

core::Result<bool> is_upside_down(const core::Raster& crop, TextNetworks& networks) {
  const auto model = networks.direction();
  if (!model && model.error().code == core::ErrorCode::not_found) return false;
  if (!model) return std::unexpected(model.error());
  SG_ASSIGN(const auto input, line_input(crop, *model->description->input));
  SG_ASSIGN(const auto outputs, model->network->run(input));
  const auto& values = outputs.front().values;
  if (values.size() != 2) {
    return core::fail(core::internal_error(
        fmt::format("model {} tells {} directions apart, not two", model->description->name, values.size())));
  }
  return values[1] >= sure_of_direction;
}

}  // namespace sightglass::vision
