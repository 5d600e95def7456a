// Tasks in the database: enqueue in the caller's transaction, claim with a lease, finish, fail, cancel.
// Every transition is one guarded UPDATE; a lost race changes nothing and says so. States: docs/task-states.md.
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
  std::string unique_key{};               // not empty: refused while another unfinished task has it
  std::optional<core::Instant> run_at{};  // not before; at once when absent
};

// In the caller's transaction, so that a photo and its task are one commit.
// conflict when the unique key is taken (see enqueue_unique) or the batch has ended, not_found for a batch of nobody.
core::Result<core::TaskId> enqueue(database::Session& session, const NewTask& task, core::Instant now);
// Like enqueue, but nullopt, and nothing changed, when an unfinished task has the key already. The database holds to
// it: two that try at once make one task.
core::Result<std::optional<core::TaskId>> enqueue_unique(database::Session& session, const NewTask& task,
                                                         core::Instant now);
core::Result<std::optional<core::Task>> find(database::Session& session, core::TaskId id);
// The photo's newest tasks, newest first, at most `limit`. Finished ones are there until they are pruned.
core::Result<std::vector<core::Task>> list_of_photo(database::Session& session, core::PhotoId photo,
                                                    std::int32_t limit);

// Takes up to `count` due tasks of one queue, best priority then oldest first: state running, attempts + 1, leased to
// `owner` until now + lease. Fewer, or none, when the queue is paused or at its limit. A suspect task is only taken
// with a count of one.
core::Result<std::vector<core::Task>> claim(database::Session& session, core::TaskQueue queue, std::string_view owner,
                                            std::int32_t count, std::chrono::seconds lease, core::Instant now);

// What follows returns false, and changes nothing, when the lease is no longer `owner`'s: stop working on it.
core::Result<bool> renew(database::Session& session, core::TaskId id, std::string_view owner,
                         std::chrono::seconds lease, std::int32_t progress, core::Instant now);
core::Result<bool> complete(database::Session& session, core::TaskId id, std::string_view owner,
                            std::string_view result, core::Instant now);
// Many at once, in one statement for every 64. `result` is JSON. Returns how many were still `owner`'s.
struct Done {
  core::TaskId id{};
  std::string result{};
};
core::Result<std::int64_t> complete_all(database::Session& session, std::string_view owner, std::span<const Done> done,
                                        core::Instant now);
// retryable at now + backoff while attempts remain and the failure may pass, else discarded. What the surroundings are
// to blame for (the store was away) is no attempt while the task is younger than a day: an outage must not use all up.
enum class Retry : std::uint8_t { may_pass, pointless, surroundings };
struct Failure {
  std::string_view message{};
  std::string_view code = "internal";  // a word for what kind of error it was
  Retry retry = Retry::may_pass;
};
core::Result<bool> fail(database::Session& session, core::TaskId id, std::string_view owner, const Failure& failure,
                        core::Instant now);
// For a task whose handler stopped because that was asked for: false also when it was not.
core::Result<bool> stop_cancelled(database::Session& session, core::TaskId id, std::string_view owner,
                                  core::Instant now);
// A claimed task that was not begun: due at once, the attempt not counted.
core::Result<bool> give_back(database::Session& session, core::TaskId id, std::string_view owner, core::Instant now);
// The same for everything `owner` holds. Returns how many.
core::Result<std::int64_t> give_back_all(database::Session& session, std::string_view owner, core::Instant now);

// What `owner` holds, for renewing everything at once.
struct Held {
  core::TaskId id{};
  bool is_cancel_requested = false;
};
core::Result<std::vector<Held>> list_held(database::Session& session, std::string_view owner);
core::Result<void> renew_all(database::Session& session, std::string_view owner, std::chrono::seconds lease,
                             core::Instant now);

// Waiting tasks are cancelled at once; a running one is asked to stop, and ends as cancelled when it does. Of a batch,
// all members that have not ended.
enum class Cancellation : std::uint8_t { cancelled, requested, too_late };
core::Result<Cancellation> cancel(database::Session& session, core::TaskId id, core::Instant now);

// Forgets an ended task; of a batch, its members too. False when there is none, or it has not ended.
core::Result<bool> forget(database::Session& session, core::TaskId id);
// Forgets at most so many that ended before then, the oldest first.
core::Result<std::int64_t> prune_finished(database::Session& session, core::Instant before, std::int32_t most);

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
// Whether a claim could take something, if the queue has room.
core::Result<bool> is_any_due(database::Session& session, core::TaskQueue queue, core::Instant now);
core::Result<std::vector<QueueCount>> count_by_state(database::Session& session);  // of unfinished tasks

}  // namespace sightglass::queue
