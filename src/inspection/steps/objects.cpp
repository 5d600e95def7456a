#include "inspection/burst_judgement.hpp"
#include "inspection/steps/animals.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

constexpr std::size_t most_objects = 50;
constexpr std::size_t most_faint = 10;
static_assert(least_faint >= least_detection);

}  // namespace

core::Result<void> find_objects(StepContext& context) {
  SG_ASSIGN(const auto* pass, context.picture.pass());
  const auto animals = context.instruments.labels_of("objects", animal_group);
  for (const auto& detection : pass->detections) {
    const bool is_told = detection.confidence >= least_told;
    if (!is_told && (detection.confidence < least_faint || !is_animal(animals, detection.label))) continue;
    auto& seen = is_told ? context.seen.objects : context.seen.faint_animals;
    if (seen.size() == (is_told ? most_objects : most_faint)) continue;
    auto object = detection;
    object.box = context.picture.on_original(detection.box);
    if (!object.box.is_empty()) seen.push_back(std::move(object));
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
