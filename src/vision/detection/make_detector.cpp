#include "vision/detection/make_detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "vision/detection/candidates.hpp"

namespace sightglass::vision {

namespace {

class NetworkDetector final : public Detector {
 public:
  NetworkDetector(ModelDescription description, std::unique_ptr<Network> network)
      : description_(std::move(description)), network_(std::move(network)) {}

  core::Result<std::vector<Detection>> detect(const core::Raster& picture, double least_confidence,
                                              std::int32_t most) override {
    SG_ASSIGN(const auto placed, place_in(*description_.input, picture));
    SG_ASSIGN(const auto outputs, network_->run(placed.tensor));
    return detections_of(outputs, description_, placed.place, least_confidence, most);
  }

 private:
  ModelDescription description_;
  std::unique_ptr<Network> network_;
};

}  // namespace

bool is_detector(OutputLayout layout) {
  return layout == OutputLayout::centernet || layout == OutputLayout::nanodet || layout == OutputLayout::yolov5 ||
         layout == OutputLayout::yolov8 || layout == OutputLayout::ssd;
}

core::Result<std::unique_ptr<Detector>> make_detector(ModelDescription description, std::unique_ptr<Network> network) {
  SG_TRY(network_plan_of(description, 1));
  if (!is_detector(description.output->layout)) {
    return core::fail(
        core::invalid_input("output.layout", fmt::format("model {} is no detector: its layout is {}", description.name,
                                                         name_of(description.output->layout))));
  }
  if (description.labels.empty()) {
    return core::fail(core::invalid_input("labels", fmt::format("model {} has no labels", description.name)));
  }
  return std::make_unique<NetworkDetector>(std::move(description), std::move(network));
}

core::Result<std::vector<Detection>> detections_of(std::span<const Tensor> outputs, const ModelDescription& description,
                                                   const PicturePlace& place, double least_confidence,
                                                   std::int32_t most) {
  // What stands behind the layout's own outputs are taps.
  const auto own = outputs.first(std::min(outputs.size(), description.output->names.size()));
  SG_ASSIGN(auto candidates, read_candidates(description.output->layout, own,
                                             {.model = description.name,
                                              .input = description.input->size(),
                                              .labels = description.labels.size(),
                                              .least_confidence = least_confidence}));
  // In the input's own pixels: cutting boxes to the picture first would make neighbours at its edge more alike.
  const auto kept =
      without_repetitions(std::move(candidates), description.output->nms, static_cast<std::size_t>(std::max(0, most)));
  std::vector<Detection> detections;
  for (const auto& candidate : kept) {
    const core::Box box = place.to_picture(candidate.box);
    if (box.is_empty()) continue;  // it lies in the border
    detections.push_back({description.labels[candidate.label], candidate.confidence, box});
  }
  return detections;
}

}  // namespace sightglass::vision
