// The seam between people and the sources that this installation fetches from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "pulls/source_settings.hpp"
#include "sources/source_address.hpp"

namespace sightglass::pulls {

// What a source would give, found out without keeping anything.
struct Trial {
  std::string style{};
  std::int64_t files = 0;
  std::int64_t folders = 0;
  struct Entry {
    std::string path{};  // percent-encoded
    std::string name{};
    std::optional<std::int64_t> bytes{};
    std::optional<core::Instant> modified_at{};
    std::string reason{};  // why it would be left out; empty: would be pulled
  };
  std::vector<Entry> entries{};  // 100 at most
  std::vector<std::string> warnings{};
  double seconds = 0;
};

// Thread-safe.
class Pulls {
 public:
  virtual ~Pulls() = default;
  // Queues a run. conflict when the source is switched off. When one is under way already, that one is returned, and
  // it goes on as it was asked for.
  virtual core::Result<database::pull_runs::Run> ask(core::PullSourceId source, std::optional<std::int64_t> max_files,
                                                     std::string_view requested_by) = 0;
  // The run when it has ended, or as it stands after `patience`. Blocks.
  virtual core::Result<database::pull_runs::Run> await(core::PullRunId run, std::chrono::milliseconds patience) = 0;
  // Connects and lists; blocks for a minute at most. Errors name the member of a source that must change. The secret of
  // `source` in the clear is in `access`.
  virtual core::Result<Trial> test(const sources::Access& access, const SourceSettings& settings) = 0;
  // What a row says, with its secret opened. conflict when it was sealed with another key.
  virtual core::Result<sources::Access> access_of(const database::pull_sources::Source& source) const = 0;
  // What a row must be before it is stored: sources::check() with the folders that may be read.
  virtual core::Result<void> check(const sources::Access& access) const = 0;
};

// By which secrets of sources are sealed.
std::string secret_purpose(core::PullSourceId id);

}  // namespace sightglass::pulls
