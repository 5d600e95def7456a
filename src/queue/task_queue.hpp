// Tasks in the database: enqueue in the caller's transaction, claim with a lease, finish, fail, rescue.
// Every transition is one guarded UPDATE; a lost race changes nothing and says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

struct NewTask {
  std::string kind{};
  core::TaskQueue queue = core::TaskQueue::normal;
  std::int32_t priority = 0;
  std::string arguments = "{}";
  std::optional<core::PhotoId> photo_id{};
  std::optional<core::TaskId> group_id{};
  std::int32_t max_attempts = 3;
  std::string request_id{};
};

// In the caller's transaction, so that a photo and its task are one commit.
core::Result<core::TaskId> enqueue(database::Session& session, const NewTask& task, core::Instant now);
core::Result<std::optional<core::Task>> find(database::Session& session, core::TaskId id);
// The photo's newest tasks, newest first, at most `limit`. Finished ones are there until they are pruned.
core::Result<std::vector<core::Task>> list_of_photo(database::Session& session, core::PhotoId photo,
                                                    std::int32_t limit);

// Takes up to `count` due tasks of one queue, best priority then oldest first: state running, attempts + 1,
// leased to `owner` until now + lease.
core::Result<std::vector<core::Task>> claim(database::Session& session, core::TaskQueue queue, std::string_view owner,
                                            std::int32_t count, std::chrono::seconds lease, core::Instant now);
// False when the lease is no longer `owner`'s: stop working on it.
core::Result<bool> renew(database::Session& session, core::TaskId id, std::string_view owner,
                         std::chrono::seconds lease, std::int32_t progress, core::Instant now);
// All three return false, and change nothing, when the lease is no longer `owner`'s.
core::Result<bool> complete(database::Session& session, core::TaskId id, std::string_view owner,
                            std::string_view result, core::Instant now);
// retryable at now + backoff while attempts remain and the failure may pass, else discarded.
enum class Retry : std::uint8_t { may_pass, pointless };
core::Result<bool> fail(database::Session& session, core::TaskId id, std::string_view owner, std::string_view error,
                        Retry retry, core::Instant now);
// Waiting tasks are cancelled at once; a running one is left to its worker (false).
core::Result<bool> cancel(database::Session& session, core::TaskId id, core::Instant now);

// Tasks whose lease ran out: back to retryable, or discarded when no attempt remains. Returns those discarded,
// so that their photos can be marked.
core::Result<std::vector<core::Task>> rescue_expired(database::Session& session, core::Instant now);
// The same at once for every lease of an owner known to be dead.
core::Result<std::vector<core::Task>> rescue_owner(database::Session& session, std::string_view owner,
                                                   core::Instant now);
// Gives back every task in work, the attempt not counted: for the start of the only server, whose predecessor and its
// workers are dead. Returns how many.
core::Result<std::int64_t> release_running(database::Session& session, core::Instant now);
core::Result<std::int64_t> prune_finished(database::Session& session, core::Instant before);

// Exponential with jitter: 2 s · 4^(attempt−1) capped at 10 min, ±20 %. `random` is 0 … 1.
std::chrono::milliseconds backoff_after(std::int32_t attempt, double random);

// A batch: a task of kind "batch_process_images" that is complete when its members are.
struct GroupCounts {
  std::int64_t total = 0, pending = 0, started = 0, retry = 0, success = 0, failure = 0, revoked = 0;
};
core::Result<GroupCounts> count_group(database::Session& session, core::TaskId group);

struct QueueCount {
  core::TaskQueue queue{};
  core::TaskState state{};
  std::int64_t count = 0;
};
core::Result<std::vector<QueueCount>> count_by_state(database::Session& session);  // of unfinished tasks

}  // namespace sightglass::queue
