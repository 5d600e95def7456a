#include <iterator>

#include "inspection/meter_readings.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {

bool may_show_meters(const core::Photo& photo) { return photo.asset_id.has_value(); }

// Where no meter was taught nothing is read, and what an earlier profile gave goes.
core::Result<void> read_the_meters(StepContext& context) {
  if (context.meters != nullptr) {
    SG_ASSIGN(auto findings, read_meters(context.picture, context.instruments, *context.meters));
    std::ranges::move(findings, std::back_inserter(context.seen.findings));
  }
  context.seen.looked_for.push_back(core::FindingKind::reading);
  return {};
}

}  // namespace sightglass::inspection::steps
