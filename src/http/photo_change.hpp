// What a person may change of a photo: its words, what it belongs to, when and where it was taken, which way up it is
// shown, the verdict. The file is never touched.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/caller.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/position_input.hpp"

namespace sightglass::http {

// Absent members are left alone, null clears.
struct PhotoChange {
  Patched<std::string> description{};
  std::optional<std::vector<std::string>> tags{};
  Patched<core::JobId> job{};
  Patched<std::string> asset{};  // id or code
  Patched<core::LocationId> location{};
  Patched<core::Instant> taken_at{};  // null: what the file says again
  PositionInput position{};
  Patched<std::string> verdict{};
  std::optional<std::int32_t> rotation{};  // 0, 90, 180 or 270 degrees clockwise
};

// invalid_input naming the member.
core::Result<PhotoChange> read_photo_change(const Request& request);

// Shows a photo, in memory, at the time that its file says, read on a clock that was `offset` behind. False, and
// nothing is changed, when it is shown so already, or at a time that a person, GPS or the upload gave.
bool correct_time(core::Photo& photo, std::chrono::seconds offset);

// Applies `change` to `photo` in memory and names what changed. Reads the database for what the change names.
// invalid_input for what is unknown or not visible; permission_denied for a verdict by less than a reviewer;
// conflict for another job of a job photo, whose files lie in its job's folder.
core::Result<ChangedFields> apply(database::Session& session, const accounts::Caller& caller, const PhotoChange& change,
                                  core::Photo& photo);

}  // namespace sightglass::http
