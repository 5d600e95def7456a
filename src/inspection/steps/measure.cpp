#include "inspection/observations_json.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {

core::Result<void> measure(StepContext& context) {
  SG_ASSIGN(const auto* picture, context.picture.image());
  context.seen.properties = properties_json(picture->properties);
  context.seen.perceptual_hash = picture->properties.perceptual_hash;
  return {};
}

}  // namespace sightglass::inspection::steps
