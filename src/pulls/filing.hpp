// Takes a fetched file in as a photo, once: its row in the ledger and the photo's are of one transaction.
#pragma once

#include <optional>

#include "core/geometry.hpp"
#include "database/pull_files.hpp"
#include "database/pull_sources.hpp"
#include "pulls/parts.hpp"
#include "pulls/source_settings.hpp"
#include "pulls/spool.hpp"

namespace sightglass::pulls {

// What all photos of a source have in common.
struct PhotoFacts {
  std::optional<core::LocationId> location{};
  std::optional<core::GeoPosition> position{};  // of the location, for pictures that do not tell their own
  std::vector<std::string> tags{};
  std::int64_t clock_offset_seconds = 0;
  std::optional<core::UserId> user{};
  std::string user_name{};
};

// `user_name` and the location's position are looked up; what is not there any more is left out. Blocks.
core::Result<PhotoFacts> facts_of(database::Database& database, core::PullSourceId source,
                                  const SourceSettings& settings);

// `row` as it stands then: stored; skipped, for what cannot be read; failed, for what could not be taken in this time,
// such as a picture over which the decoder was killed; or seen, when its bytes are gone or damaged and it has to be
// fetched again. Only stored has been written to the ledger, and nothing is stored when the row was changed meanwhile
// (it comes back as it was). Errors: a full disk, a database away; the row is left as it is then. Blocks: decoding,
// disk, commit. Thread-safe for different rows.
core::Result<database::pull_files::File> take_in(const PullParts& parts, const Spool& spool,
                                                 const SourceSettings& settings, database::pull_files::File row);

}  // namespace sightglass::pulls
