// Finds replaced files whose listing gives them no time and no tag, by which that would be seen: the server is asked
// after some of them in each run.
#pragma once

#include <cstdint>
#include <functional>

#include "database/pull_files.hpp"
#include "pulls/ledger_update.hpp"
#include "pulls/parts.hpp"
#include "sources/file_signs.hpp"

namespace sightglass::pulls {

// Of a run that fetches until nothing is left.
inline constexpr std::int64_t most_asked_after = 100;

// Whether the server has another file than the one that was fetched. `row` is stored.
bool is_other(const database::pull_files::File& row, const sources::FileSigns& signs);

// Asks after `most` stored files at most, those that were asked after longest ago first, one after the other. Those
// that were replaced are due from now on; how many these are. `ledger` has absorbed a listing: what that did not show
// is not asked after. A failure of the source, or our own, ends it; what was found out until then is kept. Blocks.
sources::Remote<std::int64_t> ask_after_stored(const PullParts& parts, sources::Gateway& gateway,
                                               core::PullSourceId source, const LedgerUpdate& ledger, std::int64_t most,
                                               const std::function<bool()>& should_stop);

}  // namespace sightglass::pulls
