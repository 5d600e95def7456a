// One attempt at one file of a source: its bytes into the spool, and what the ledger says of it then.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "core/time.hpp"
#include "database/pull_files.hpp"
#include "pulls/source_settings.hpp"
#include "pulls/spool.hpp"
#include "sources/gateway.hpp"

namespace sightglass::pulls {

struct Attempt {
  database::pull_files::File row{};  // as it is to be kept
  core::Instant as_read{};           // its changed_at before: who changed it meanwhile has the last word
  std::int64_t fetched_bytes = 0;    // that came over the line
  // The source's own fault, as it seems from one file; the row is as it was.
  std::optional<sources::Failure> source_failure{};
  sources::Gateway::Partial partial{};  // what came before it
  // Ours, such as a full disk; the row is as it was.
  std::optional<core::Error> own_failure{};
};

// Never fails as such. `row` is due; `settle`: how long a file must have been left alone when its listing told no time.
// Blocks. Thread-safe for different rows.
Attempt attempt(sources::Gateway& gateway, const Spool& spool, const core::Clock& clock, const SourceSettings& settings,
                database::pull_files::File row, const std::function<bool()>& should_stop);

// Counts a failure as an attempt at the file: tried again later, given up, or, when it is too large, left out.
void note_failure(database::pull_files::File& row, const Spool& spool, const sources::Failure& failure,
                  const sources::Gateway::Partial& partial, core::Instant now);

// The file that a row stands for, as the gateway knows it.
sources::RemoteFile remote_of(const database::pull_files::File& row);

// The word of docs/pull-sources.md.
std::string_view reason_of(sources::Trouble trouble);

}  // namespace sightglass::pulls
