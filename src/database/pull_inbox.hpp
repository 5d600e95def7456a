// Files of all sources that were given up: they wait here for a person (docs/pull-sources.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/pull_files.hpp"

namespace sightglass::database::pull_inbox {

struct Filter {
  std::optional<core::PullSourceId> source{};
  std::optional<std::string> reason{};  // a word of docs/pull-sources.md
};
struct PageKey {
  core::Instant at{};
  core::PullFileId id{};
};
struct Entry {
  pull_files::File file{};
  std::string source_name{};
};

// All block.

// What was given up last comes first; `after`: the last of the page before.
core::Result<std::vector<Entry>> list(Session& session, const Filter& filter, const std::optional<PageKey>& after,
                                      std::int32_t limit);

// Files of one source that were given up for one reason.
struct Cause {
  core::PullSourceId source_id{};
  std::string source_name{};
  std::string reason{};
  std::int64_t files = 0;
  core::Instant first_at{};
  core::Instant last_at{};
};
core::Result<std::vector<Cause>> causes(Session& session, const Filter& filter,
                                        std::int32_t limit);  // the last one first
core::Result<std::int64_t> count(Session& session);           // of all sources; quick

// Tells those who follow the source that a person has changed its ledger. In the transaction that does.
core::Result<void> tell_changed(Session& session, core::PullSourceId source);

enum class Action : std::uint8_t { replay, skip };
struct Changed {
  core::PullSourceId source{};
  std::int64_t files = 0;  // at least 1
};
// As pull_files does it with files of one source. What cannot be changed is left alone.
core::Result<std::vector<Changed>> change(Session& session, Action action, const std::vector<core::PullFileId>& ids,
                                          core::Instant now);
// All that the filter finds.
core::Result<std::vector<Changed>> change_found(Session& session, Action action, const Filter& filter,
                                                core::Instant now);

}  // namespace sightglass::database::pull_inbox
