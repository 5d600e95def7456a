#include "vision/detection/model_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/letterbox.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

PixelScale scale_of(const ModelInput& input) {
  return {.order = input.colour, .mean = input.mean, .deviation = input.deviation};
}

core::Result<PlacedPicture> letterboxed_in(const ModelInput& input, const core::Raster& picture) {
  auto box = Letterbox::fit(picture.size, input.size());
  if (input.fit == InputFit::corner) box.left = box.top = 0;
  PlacedPicture placed{.place = {picture.size, box.scale, box.scale, box.left, box.top}};
  SG_ASSIGN(placed.tensor, letterboxed(picture, box, scale_of(input), static_cast<float>(input.fill)));
  return placed;
}

core::Result<PlacedPicture> stretched_in(const ModelInput& input, const core::Raster& picture) {
  const core::Size size = input.size();
  PlacedPicture placed{.place = {.picture = picture.size,
                                 .horizontal = static_cast<double>(size.width) / picture.size.width,
                                 .vertical = static_cast<double>(size.height) / picture.size.height}};
  SG_ASSIGN(const auto scaled, resized(picture, size));
  SG_ASSIGN(placed.tensor, tensor_of(scaled, scale_of(input)));
  return placed;
}

// Only what is seen is scaled: a thin picture's covering copy could have any length.
core::Result<PlacedPicture> covering_in(const ModelInput& input, const core::Raster& picture) {
  const core::Size size = input.size();
  const double scale = std::max(static_cast<double>(size.width) / picture.size.width,
                                static_cast<double>(size.height) / picture.size.height);
  const double width = std::max(1.0, std::round(size.width / scale));
  const double height = std::max(1.0, std::round(size.height / scale));
  const core::Box seen{std::floor((picture.size.width - width) / 2), std::floor((picture.size.height - height) / 2),
                       width, height};
  SG_ASSIGN(const auto part, cut_out(picture, seen));
  SG_ASSIGN(auto placed, stretched_in(input, part));
  placed.place.picture = picture.size;
  placed.place.left = -seen.x * placed.place.horizontal;
  placed.place.top = -seen.y * placed.place.vertical;
  return placed;
}

}  // namespace

core::Box PicturePlace::to_picture(const core::Box& box) const {
  const core::Box moved{(box.x - left) / horizontal, (box.y - top) / vertical, box.width / horizontal,
                        box.height / vertical};
  return core::clipped(moved, picture);
}

core::Result<PlacedPicture> place_in(const ModelInput& input, const core::Raster& picture) {
  if (std::min(picture.size.width, picture.size.height) < least_side) {
    return core::fail(core::invalid_input("picture", fmt::format("a picture of {}×{} pixels is too small to judge",
                                                                 picture.size.width, picture.size.height)));
  }
  switch (input.fit) {
    case InputFit::stretch: return stretched_in(input, picture);
    case InputFit::cover: return covering_in(input, picture);
    case InputFit::letterbox:
    case InputFit::corner: break;
  }
  return letterboxed_in(input, picture);
}

core::Result<NetworkPlan> network_plan_of(const ModelDescription& description, std::int32_t threads) {
  if (!description.input || !description.output || description.output->names.empty()) {
    return core::fail(core::invalid_input(
        "output.names", fmt::format("model {} does not say what its network takes and gives", description.name)));
  }
  NetworkPlan plan{.name = description.name + "@" + description.version,
                   .input_shape = description.input->shape,
                   .outputs = description.output->names,
                   .threads = threads};
  for (const auto& tap : description.output->taps) plan.outputs.push_back(tap);
  return plan;
}

}  // namespace sightglass::vision
