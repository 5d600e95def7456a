// Puts right what a crash or a power cut left between files and rows.
#pragma once

#include <cstdint>
#include <functional>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

struct SettleReport {
  std::int64_t finished = 0;         // uploads that were committed; only their sidecar had to be put in place
  std::int64_t adopted = 0;          // uploads whose original was whole: row and task were made now
  std::int64_t discarded = 0;        // uploads that never got so far: their files are gone
  std::int64_t deletions = 0;        // deletions of photos brought to their end
  std::int64_t turns = 0;            // images of photos being turned, put in place or removed
  std::int64_t temporaries = 0;      // half-written temporaries removed
  std::int64_t without_derived = 0;  // adopted photos whose display image or thumbnail is still to be made
  std::int64_t unsettled = 0;        // journals that could not be dealt with; they stay, and are logged
};

// Reads every journal in incoming/ once, whosever it is. Idempotent: it may itself be killed at any point and run
// again. Must run before this process accepts uploads, and while no other process does. `decoder` makes the derived
// images of adopted photos when they are missing, within `limits`; without one they are left to `check --repair`. An
// adopted photo has an audit entry "photo.adopt". Errors: of listing incoming/; a journal that resists is counted.
// Blocks.
core::Result<SettleReport> settle(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                  imaging::Decoder* decoder = nullptr, const imaging::Limits& limits = {});

// The same beside others that take pictures in: only journals of runs that are over (database/runs.hpp), and with
// `unnamed` those that name no run, which is for whoever knows that no node of an earlier version is there. Nothing is
// adopted: a process that lives on behind its fence may still be taking back what it had begun, and nobody was told of
// it. Any number of processes may do this at once.
enum class Unnamed : std::uint8_t { left_alone, settled };
core::Result<SettleReport> settle_ended_runs(storage::BlobStore& blobs, database::Database& database,
                                             const core::Clock& clock, Unnamed unnamed = Unnamed::left_alone);

}  // namespace sightglass::ingest
