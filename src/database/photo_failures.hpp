// The inbox of pictures that failed: why, since when, and what became of it. One entry lasts from a photo's failure
// until it is resolved, by a person who skips it or by an analysis that succeeds; the next failure is an entry of its
// own, so that what a person decided stays as it was.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photo_failures {

using FailureId = core::UuidId<struct FailureTag>;

//         ┌── the photo's next analysis is enqueued ──► retrying ── it succeeds ──► resolved: succeeded
//   open ─┤◄────────── it fails, or is cancelled ─────────┘
//         └── a person skips it ──► resolved: skipped ── a person takes that back ──► open
// Which analysis it is does not matter: triggers on the photo's status see to it, in every process.
enum class State : std::uint8_t { open, retrying, resolved };
inline constexpr std::string_view state_names[] = {"open", "retrying", "resolved"};
std::string_view name_of(State state);

inline constexpr std::string_view lost_code = "file_lost";
// What fails with the same code within so long of the last one belongs to its burst.
inline constexpr std::chrono::minutes burst_gap{10};

struct Failure {
  FailureId id{};
  core::PhotoId photo_id{};
  std::optional<core::TaskId> task_id{};  // the last that failed; none when a reader found a file lost
  std::string code{};                     // what kind of error: "corrupt_image", "worker_killed", "file_lost", …
  std::string error{};                    // the handler's words
  std::int32_t attempts = 0;              // of the task
  std::int64_t times = 1;                 // how often the photo failed for good since the entry is there
  std::string burst{};                    // the same for failures of one cause at one time
  State state = State::open;
  core::Instant failed_at{};  // the last time
  std::string resolution{};   // "", "skipped", "succeeded"
  std::optional<core::Instant> resolved_at{};
  std::string resolved_by{};  // who skipped it
};

// With what a person must know of its photo.
struct ShownFailure {
  Failure failure{};
  std::string filename{};
  std::string original_filename{};
  std::string description{};
  std::optional<core::JobId> job_id{};
  std::string job_title{};  // its number and title; empty when the asker does not see the job
  std::optional<core::AssetId> asset_id{};
  std::string asset_name{};
  std::optional<core::UserId> uploaded_by{};
  std::string uploader{};  // the name
};

struct NewFailure {
  core::PhotoId photo{};
  std::optional<core::TaskId> task{};
  std::string_view code{};
  std::string_view error{};
  std::int32_t attempts = 0;
};

// All block.

// In the transaction that ended the photo's task for good: opens an entry, or the one that waits already again, and
// tells who uploaded the photo.
core::Result<void> record(Session& session, const NewFailure& failure, core::Instant now);
// Somebody asked for a file that is gone. Not when that is known already, or a person skipped it; returns whether it
// was news.
core::Result<bool> record_lost(Session& session, core::PhotoId photo, std::string_view error, core::Instant now);

// An open entry is resolved by `who`; false when it is not open.
core::Result<bool> skip(Session& session, FailureId id, std::string_view who, core::Instant now);
// Takes a skip back; false when it was not skipped, or the photo is no longer as it was left, or has another entry.
core::Result<bool> reopen(Session& session, FailureId id);

// Who sees everything, or one user's own uploads alone. Never photos in the trash.
struct Filter {
  std::optional<State> state{};
  std::optional<std::string> code{};
  std::optional<core::JobId> job{};
  std::optional<core::UserId> uploader{};
  std::optional<core::PhotoId> photo{};
  std::optional<std::string> burst{};
};

struct PageKey {
  core::Instant at{};
  core::Uuid id{};
};

// Newest failure first; behind `after`.
core::Result<std::vector<ShownFailure>> list(Session& session, const Filter& filter,
                                             const photos::Visibility& visibility, const std::optional<PageKey>& after,
                                             std::int32_t limit);
core::Result<std::optional<ShownFailure>> find(Session& session, FailureId id, const photos::Visibility& visibility);

// The entries of one burst that pass the filter, as one.
struct Burst {
  std::string burst{};
  std::string code{};
  std::int64_t failures = 0;
  core::Instant first_at{};
  core::Instant last_at{};
};
// Newest first; behind `after`, whose id is the burst's.
core::Result<std::vector<Burst>> list_bursts(Session& session, const Filter& filter,
                                             const photos::Visibility& visibility, const std::optional<PageKey>& after,
                                             std::int32_t limit);

struct Counts {
  std::int64_t open = 0, retrying = 0, resolved = 0;
};
// `filter.state` does not count.
core::Result<Counts> count(Session& session, const Filter& filter, const photos::Visibility& visibility);

// Forgets what was resolved before `before`.
core::Result<std::int64_t> prune(Session& session, core::Instant before);

}  // namespace sightglass::database::photo_failures
