#include "vision/embedding/make_embedder.hpp"

#include <fmt/format.h>

#include <utility>

#include "vision/detection/make_detector.hpp"
#include "vision/detection/model_input.hpp"

namespace sightglass::vision {

namespace {

// More things of a picture help nobody.
constexpr std::int32_t most_detections = 100;

class NetworkEmbedder final : public Embedder {
 public:
  NetworkEmbedder(ModelDescription description, std::unique_ptr<Network> network)
      : description_(std::move(description)),
        network_(std::move(network)),
        model_(description_.name + "@" + description_.version) {}

  std::string_view model() const override { return model_; }

  core::Result<BackbonePass> pass(const core::Raster& picture, double least_confidence) override {
    SG_ASSIGN(const auto placed, place_in(*description_.input, picture));
    SG_ASSIGN(auto outputs, network_->run(placed.tensor));
    const std::size_t own = description_.output->names.size();
    BackbonePass pass{.letterbox = Letterbox::fit(picture.size, description_.input->size())};
    if (is_detector(description_.output->layout)) {
      SG_ASSIGN(pass.detections, detections_of(outputs, description_, placed.place, least_confidence, most_detections));
    }
    pass.fine = std::move(outputs.at(own));
    pass.coarse = std::move(outputs.at(own + 1));
    if (pass.fine.shape.size() != 4 || pass.coarse.shape.size() != 4) {
      return core::fail(core::internal_error(fmt::format("the taps of model {} are no maps", model_)));
    }
    return pass;
  }

 private:
  ModelDescription description_;
  std::unique_ptr<Network> network_;
  std::string model_;
};

}  // namespace

core::Result<std::unique_ptr<Embedder>> make_embedder(ModelDescription description, std::unique_ptr<Network> network) {
  SG_TRY(network_plan_of(description, 1));
  if (description.output->taps.size() < 2) {
    return core::fail(
        core::invalid_input("output.taps", fmt::format("model {} names {} feature maps, not a fine and a coarse one",
                                                       description.name, description.output->taps.size())));
  }
  if (description.input->fit != InputFit::letterbox) {
    return core::fail(core::invalid_input(
        "input.fit", fmt::format("model {} cannot be a backbone: its pictures are not letterboxed", description.name)));
  }
  return std::make_unique<NetworkEmbedder>(std::move(description), std::move(network));
}

}  // namespace sightglass::vision
