// Photos of a source whose times follow its cameras' clock: those whose time was read from the file.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::pull_clock {

struct Shifted {
  core::PhotoId photo_id{};
  std::string filename{};  // as the remote end named it
  core::Instant taken_at{};
  core::Instant corrected_at{};
};

// All block. Those that are shown at another time than the file's and `offset`.
core::Result<std::vector<Shifted>> shifted(Session& session, core::PullSourceId source, std::chrono::seconds offset,
                                           std::optional<core::PhotoId> before, std::int32_t limit);  // newest first
core::Result<std::int64_t> count_shifted(Session& session, core::PullSourceId source, std::chrono::seconds offset);

}  // namespace sightglass::database::pull_clock
