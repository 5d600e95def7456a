// Taking decisions back.
#pragma once

#include "core/result.hpp"
#include "database/database.hpp"
#include "inspection/decisions.hpp"

namespace sightglass::inspection {

// How many of their own decisions people may go back.
inline constexpr std::int32_t most_undone = 50;

// Puts the finding back to what it was before the person's own decision `id`: one that was drawn goes, one that was
// removed comes again. Blocks; in the caller's transaction. Errors: not_found for a decision of somebody else, or of
// a photo that is gone; conflict when it is older than the person's last `most_undone`, was taken back before, is a
// taking back itself, or the finding was changed since.
core::Result<Decided> undo(database::Session& session, const Person& person, core::DecisionId id, core::Instant now);

}  // namespace sightglass::inspection
