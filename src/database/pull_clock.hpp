// Photos of a source whose times follow its cameras' clock: those whose time was read from the file and that no person
// decided on. All that ever came from it, those of files that were replaced since among them.
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

// A person decided on the photo's time, if only that it is the file's. Nothing for photos that came otherwise.
core::Result<void> leave_alone(Session& session, core::PhotoId photo);

}  // namespace sightglass::database::pull_clock
