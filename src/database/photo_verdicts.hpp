// Whose a photo's verdict is: a machine's that follows the findings, or a person's that stays.
#pragma once

#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::photo_verdicts {

// All block.

inline constexpr std::string_view good = "OK";
inline constexpr std::string_view bad = "NG";

// A model that judges the photo has run, or does not apply (any more). Call settle() behind it.
core::Result<void> note_model(Session& session, core::PhotoId photo, bool has_judged);
// A person gave the verdict, which from now on no machine changes; or took it away, and the machine's may stand again.
core::Result<void> note_person(Session& session, core::PhotoId photo, bool has_decided);
// Whether the verdict is a person's, or nobody knows of a machine that gave it. Without a verdict: false.
core::Result<bool> is_by_person(Session& session, core::PhotoId photo);
// Writes the machine's verdict into the photo: NG while an open, confirmed or corrected anomaly stands, OK
// when a model judged it and none does, nothing without a model. Does nothing where a person gave the verdict. Whether
// the photo has another one now: its sidecar tells of it.
core::Result<bool> settle(Session& session, core::PhotoId photo);

}  // namespace sightglass::database::photo_verdicts
