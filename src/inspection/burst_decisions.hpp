// One decision for all that is open in a burst.
#pragma once

#include <cstddef>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"
#include "inspection/decisions.hpp"

namespace sightglass::inspection {

// More of one burst are for a second decision.
inline constexpr std::size_t most_decided_together = 500;

// Both block, in the caller's transaction.

// Says of every other open spotting of the burst, as far as the person may see it, what `lead` says of its own: that it
// is nothing, or of which species. Counts, boxes and notes are of one photo, unless there is no animal at all. Each is
// a decision that follows the lead's. Empty for what was decided before and for a spotting of no burst. invalid_input
// naming "burst" for findings of another kind.
core::Result<std::vector<Decided>> follow(database::Session& session, const Person& person, const Decided& lead,
                                          const database::photos::Visibility& visibility, core::Instant now);

// Takes back those that followed `lead` and on which nobody decided since. To be called before the lead's own undo().
core::Result<std::vector<Decided>> undo_followers(database::Session& session, const Person& person,
                                                  core::DecisionId lead, const database::photos::Visibility& visibility,
                                                  core::Instant now);

}  // namespace sightglass::inspection
