// The task `extract_text_ocr`: reads the meters of a photo's asset again, or tries one without writing anything.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "inspection/meter_readings.hpp"
#include "inspection/process_photo.hpp"

namespace sightglass::inspection {

inline constexpr std::string_view read_meters_kind = "extract_text_ocr";

// Arguments of a task that only tries: the meter, and the profile (a JSON object) to be used instead of its own when
// one is given.
std::string trial_arguments(core::MeterId meter, std::string_view profile);

// The meters of the photo's asset and where their reference photos are to be had. `workshop` must outlive it. Blocks.
core::Result<MetersAtHand> meters_at_hand(Workshop& workshop, const core::Photo& photo);

// Without arguments writes what it reads in the place of the machine's open readings of the photo. Blocks. Returns the
// readings as JSON: {"photo_id", "is_trial", "readings": [{"meter_id", "value", "value_text", "raw_text",
// "confidence", "reason", "box"}]}. Errors: not_found when the photo or the meter is gone; those of read_meters().
core::Result<std::string> read_photo_meters(Workshop& workshop, const core::Task& task, const Attempt& attempt);

}  // namespace sightglass::inspection
