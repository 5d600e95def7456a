// When a trigger happened, by the frame that came of it.
#pragma once

#include <chrono>

#include "camera/types.hpp"
#include "core/time.hpp"

namespace sightglass::stations {

// A frame comes when it was exposed. How long automatic exposure took is not known, and nothing is taken off: else an
// id could seem entered after its own trigger.
inline core::Instant triggered_at(const camera::Frame& frame, const camera::Trigger& trigger) {
  const auto& settings = frame.settings;
  const double exposure_ms = settings.auto_exposure.value_or(false) ? 0 : settings.exposure_ms.value_or(0);
  const auto took = std::chrono::duration<double, std::micro>(1'000 * exposure_ms + trigger.delay_us);
  return frame.taken_at - std::chrono::duration_cast<core::Instant::duration>(took);
}

}  // namespace sightglass::stations
