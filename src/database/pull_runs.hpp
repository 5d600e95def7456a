// Runs of sources: one fetches what is new, and counts what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::pull_runs {

enum class State : std::uint8_t { queued, running, ended };
std::string_view name_of(State state);

struct Run {
  core::PullRunId id{};
  core::PullSourceId source_id{};
  std::string node{};   // that runs it; empty while it is queued
  std::string cause{};  // "person", "schedule"
  State state = State::queued;
  std::string phase{};                      // "", "listing", "pulling"
  std::optional<std::int64_t> max_files{};  // nullopt: until nothing is left
  std::string requested_by{};               // a name
  core::Instant requested_at{};
  std::optional<core::Instant> started_at{};
  std::optional<core::Instant> ended_at{};
  bool should_stop = false;  // a person asked for it
  std::int64_t listed = 0;   // files that the remote end shows
  std::int64_t fresh = 0;    // of them new or replaced
  std::int64_t pulled = 0;   // taken in
  std::int64_t skipped = 0;
  std::int64_t failed = 0;
  std::int64_t waiting = 0;  // left for a later run: being written, or to be tried again
  std::int64_t bytes = 0;    // fetched
  std::string outcome{};     // "", "done", "stopped", "failed"
  std::string error{};       // of the source, in words
};

// All block.

// conflict when a run of this source has not ended.
core::Result<void> insert(Session& session, const Run& run);
// Everything that changes while it runs; a person's should_stop stays.
core::Result<void> update(Session& session, const Run& run);
// Queued becomes running at `node`; false when somebody else was quicker.
core::Result<bool> begin(Session& session, core::PullRunId id, std::string_view node, core::Instant now);
core::Result<bool> ask_to_stop(Session& session, core::PullRunId id);  // false when it has ended
core::Result<std::optional<Run>> find(Session& session, core::PullRunId id);
core::Result<std::optional<Run>> unended(Session& session, core::PullSourceId source);
core::Result<std::vector<Run>> all_unended(Session& session);  // the first asked for first
// The newest first, behind `before`.
core::Result<std::vector<Run>> list(Session& session, core::PullSourceId source, std::optional<core::PullRunId> before,
                                    std::int32_t limit);
// A running one whose node is gone goes on at `node`; false when it is not running.
core::Result<bool> take_over(Session& session, core::PullRunId id, std::string_view node);
// Forgets those that ended before `before`, but the newest of each source.
core::Result<std::int64_t> prune(Session& session, core::Instant before);

}  // namespace sightglass::database::pull_runs
