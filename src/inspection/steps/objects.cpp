#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

// Where more of what the detector names is right than wrong on pictures of everyday things: its own published operating
// point, and the one its confidence was measured at.
constexpr double least_confidence = 0.3;
constexpr std::size_t most_objects = 50;

}  // namespace

core::Result<void> find_objects(StepContext& context) {
  SG_ASSIGN(const auto* pass, context.picture.pass());
  for (const auto& detection : pass->detections) {
    if (detection.confidence < least_confidence || context.seen.objects.size() == most_objects) continue;
    auto object = detection;
    object.box = context.picture.on_original(detection.box);
    if (!object.box.is_empty()) context.seen.objects.push_back(std::move(object));
  }
  return {};
}

core::Result<void> embed(StepContext& context) {
  SG_ASSIGN(const auto* pass, context.picture.pass());
  SG_ASSIGN(const auto* embedder, context.instruments.embedder());
  context.seen.embedding = vision::embedding_of(*pass, embedder->model());
  return {};
}

}  // namespace sightglass::inspection::steps
