// Uploads that may be resumed, as rows: what every node knows of them but for how far they came.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/resumable_upload.hpp"
#include "database/database.hpp"

namespace sightglass::database::uploads {

struct Row {
  core::ResumableUpload upload{};
  core::Instant active_at{};  // when a byte last came, to within a minute; as of its creation before the first
};

// All block.

core::Result<void> insert(Session& session, const core::ResumableUpload& upload);  // conflict: the id is in use
core::Result<std::optional<Row>> find(Session& session, core::PhotoId id);
core::Result<std::int64_t> count_open(Session& session, core::UserId owner);
// The owner's open one that never got a byte and is the oldest of those made before `before`.
core::Result<std::optional<core::PhotoId>> oldest_unbegun(Session& session, core::UserId owner, core::Instant before);
core::Result<void> touch(Session& session, core::PhotoId id, core::Instant at);
// The number of a new attempt to make a photo of it. unavailable when it is not receiving any more.
core::Result<std::int64_t> begin_filing(Session& session, core::PhotoId id);
// Of one that is receiving, with `attempt` only when no later one has begun; false otherwise. Its metadata goes.
// Whoever begins another attempt at the same moment waits for this transaction's end.
core::Result<bool> finish(Session& session, const core::ResumableUpload& upload,
                          std::optional<std::int64_t> attempt = std::nullopt);
core::Result<void> remove(Session& session, core::PhotoId id);

core::Result<std::vector<core::ResumableUpload>> open(Session& session);  // the oldest first
// Open ones that nobody sent to since `idle_before`, and finished ones that ended before `finished_before`.
core::Result<std::vector<core::PhotoId>> expired(Session& session, core::Instant idle_before,
                                                 core::Instant finished_before);

}  // namespace sightglass::database::uploads
