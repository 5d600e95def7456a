// The threads of a run: those that fetch and those that take in, and what becomes of the run by what they meet.
#include <algorithm>

#include "pulls/pull_run.hpp"
#include "pulls/run_failures.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::State;
using sources::Trouble;

constexpr auto look_interval = std::chrono::milliseconds(200);
constexpr std::int32_t most_returns = 2;   // of a file to the front before its failures count as its own
constexpr std::int32_t most_refusals = 3;  // of files in a row, which then are the source's
constexpr std::int32_t most_unfiled = 5;   // in a row: then it is not the pictures

}  // namespace

void PullRun::fetch_some() {
  std::unique_lock lock(mutex_);
  while (true) {
    // While a source that was away is left alone nobody waits for a signal.
    changed_.wait_for(lock, look_interval, [this] { return is_closing_ || is_over() || may_fetch(); });
    if (is_closing_ || is_over()) return;
    if (!may_fetch()) continue;
    auto row = std::move(due_.front());
    due_.pop_front();
    ++fetching_;
    lock.unlock();
    auto result = fetch_one(std::move(row));
    lock.lock();
    --fetching_;
    auto failure = take_attempt(std::move(result));
    changed_.notify_all();
    if (!failure) continue;
    lock.unlock();
    return fail(std::move(*failure));
  }
}

Attempt PullRun::fetch_one(File row) try {
  row.run_id = run_.id;
  return attempt(gateway_, spool_, parts_.clock, settings_, std::move(row), [this] { return should_stop(); });
} catch (const std::exception& error) {
  return {.own_failure = core::internal_error("A file could not be fetched.", error.what())};
}

// Under mutex_.
PullRun::Outcome PullRun::take_attempt(Attempt result) {
  if (result.own_failure) return own(std::move(*result.own_failure));
  if (!result.source_failure) {
    tries_ = 0;
    refusals_ = 0;
    if (result.row.state == State::fetched) spooled_bytes_ += result.row.fetched_bytes;
    done_.push_back(std::move(result));
    return std::nullopt;
  }
  auto failure = std::move(*result.source_failure);
  if (failure.trouble == Trouble::stopped) return std::nullopt;
  const bool goes_on = bears_with(failure);
  if (goes_on && may_pass(failure) && ++returns_[result.row.id] <= most_returns) {
    due_.push_front(std::move(result.row));
    return std::nullopt;
  }
  // One file alone may look like the source's fault, a locked one or one behind a broken mirror: it makes way for the
  // others, and the source is blamed when they fare no better.
  note_failure(result.row, spool_, failure, result.partial, parts_.clock.now());
  result.source_failure.reset();
  done_.push_back(std::move(result));
  return goes_on ? Outcome{} : std::move(failure);
}

bool PullRun::may_fetch() const {
  return !due_.empty() && spooled_bytes_ < parts_.limits.most_spool_bytes &&
         std::chrono::steady_clock::now() >= held_until_;
}

// Whether the run goes on. Leaves a source that is away alone for a moment, a few times, and longer each time. Under
// mutex_.
bool PullRun::bears_with(const sources::Failure& failure) {
  if (!may_pass(failure)) return failure.trouble != Trouble::busy && ++refusals_ < most_refusals;
  const auto now = std::chrono::steady_clock::now();
  // Its other connections met the same.
  if (now < held_until_) return true;
  if (++tries_ >= parts_.limits.most_tries) return false;
  const auto pause = parts_.limits.first_pause * (1 << (tries_ - 1));
  held_until_ = now + std::max<std::chrono::milliseconds>(pause, failure.retry_after.value_or(std::chrono::seconds(0)));
  return true;
}

void PullRun::file_some() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_closing_ || is_over() || !to_file_.empty(); });
    if (is_closing_ || is_over()) return;
    auto row = std::move(to_file_.front());
    to_file_.pop_front();
    ++filing_;
    const auto bytes = row.fetched_bytes;
    const auto as_read = row.changed_at;
    lock.unlock();
    auto filed = file_one(std::move(row));
    lock.lock();
    --filing_;
    spooled_bytes_ -= bytes;
    auto failure = take_filed(std::move(filed), as_read);
    changed_.notify_all();
    if (!failure) continue;
    lock.unlock();
    return fail(std::move(*failure));
  }
}

core::Result<PullRun::File> PullRun::file_one(File row) try {
  row.run_id = run_.id;
  return take_in(parts_, spool_, settings_, std::move(row));
} catch (const std::exception& error) {
  return core::fail(core::internal_error("A file could not be taken in.", error.what()));
}

// Under mutex_.
PullRun::Outcome PullRun::take_filed(core::Result<File> filed, core::Instant as_read) {
  if (!filed) return own(filed.error());
  if (filed->state == State::stored) {
    ++pulled_;
    unfiled_ = 0;
    return std::nullopt;
  }
  // Somebody has decided on it meanwhile.
  if (filed->state == State::fetched) {
    spool_.remove(filed->id);
    return std::nullopt;
  }
  if (filed->state == State::failed) ++unfiled_;
  Outcome failure;
  if (unfiled_ >= most_unfiled) failure = own(core::unavailable(filed->message));
  done_.push_back({.row = std::move(*filed), .as_read = as_read});
  return failure;
}

}  // namespace sightglass::pulls
