// What people are told of sources that fetch their pictures: operators (or administrators, where there are none), and
// whoever made the source.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"

namespace sightglass::database::pull_notices {

// All block; in the transaction of what happened. Each tells of a transition once, and returns how many people it told.

// So many files of a run are not tried again; `reason`: of the last of them. No files: nobody is told.
core::Result<std::int64_t> tell_given_up(Session& session, const pull_sources::Source& source, std::int64_t files,
                                         std::string_view reason, core::Instant now);
// A run could not reach it. `before`: the row as it was before that run was noted; one that failed before is no news.
core::Result<std::int64_t> tell_failing(Session& session, const pull_sources::Source& before, core::Instant now);
// A run brought nothing new, and by now there was nothing for `quiet_days` (0: never told). `before` likewise: one
// that was quiet at the last run is no news.
core::Result<std::int64_t> tell_quiet(Session& session, const pull_sources::Source& before, std::int32_t quiet_days,
                                      core::Instant now);

// All three, as they are due of a run that ended; before pull_sources::note_run() of the same transaction. A source
// that is gone tells nobody.
core::Result<void> tell_of_run(Session& session, const pull_runs::Run& run, std::int32_t quiet_days, core::Instant now);

}  // namespace sightglass::database::pull_notices
