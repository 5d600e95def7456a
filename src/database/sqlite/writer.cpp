#include "database/sqlite/writer.hpp"

#include <algorithm>
#include <utility>

#include "core/no_room.hpp"
#include "telemetry/log.hpp"

namespace sightglass::database::sqlite {
namespace {

// Bounds how long the first of a group waits for the last: at about 50 µs a caller, some 10 ms.
constexpr std::size_t largest_group = 256;
// Pages of 4 KiB. SQLite's own default for the first; the second keeps the log below 32 MiB.
constexpr int checkpoint_pages = 1000;
constexpr int truncate_pages = 8000;
// After a long reader kept the log from being emptied: trying at each commit would only cost.
constexpr std::chrono::milliseconds truncation_pause{500};

void fail_all(const auto& group, const core::Error& error) {
  for (auto* request : group)
    // Who failed alone keeps his own error.
    if (request->outcome && !request->thrown) request->outcome = std::unexpected(error);
}

// Of a failure that took the whole group's transaction with it: others than the one who met it may try again, unless
// the disk is full, where waiting does not help.
core::Error for_all(const core::Error& error) {
  return core::is_no_room(error) ? error : core::unavailable(error.message, error.cause);
}

core::Error reason_to_give_up(const core::Result<void>& outcome) {
  if (!outcome && core::is_no_room(outcome.error())) return outcome.error();
  return core::unavailable("The database gave up a transaction; nothing of it was kept.");
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

core::Result<void> Writer::perform(const Database::Work& work) {
  if (std::this_thread::get_id() == thread_.get_id())
    return core::fail(core::internal_error("A write was begun inside another write."));
  Request request{.work = &work};
  {
    std::unique_lock lock(mutex_);
    waiting_.push_back(&request);
    arrived_.notify_one();
    finished_.wait(lock, [&] { return request.is_finished; });
  }
  if (request.thrown) std::rethrow_exception(request.thrown);
  return std::move(request.outcome);
}

void Writer::loop() {
  for (;;) {
    const std::vector<Request*> group = next_group();
    if (group.empty()) return;
    perform_group(group);
    finish(group);
    bound_log();
  }
}

std::vector<Writer::Request*> Writer::next_group() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return is_stopping_ || !waiting_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), largest_group));
  std::vector<Request*> group(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return group;
}

void Writer::perform_group(const std::vector<Request*>& group) {
  // IMMEDIATE: a transaction that began by reading fails, without waiting, when another process has written meanwhile.
  if (auto begun = connection_->execute("BEGIN IMMEDIATE"); !begun) return fail_all(group, begun.error());
  for (Request* request : group) {
    perform_one(*request);
    // A full or failing disk makes SQLite roll the whole transaction back, the finished callers' parts too.
    if (!connection_->is_in_transaction()) return fail_all(group, reason_to_give_up(request->outcome));
  }
  commit(group);
}

void Writer::perform_one(Request& request) {
  if (auto marked = connection_->execute("SAVEPOINT caller"); !marked) {
    request.outcome = std::unexpected(std::move(marked).error());
    return;
  }
  try {
    request.outcome = (*request.work)(*connection_);
  } catch (...) {  // not ours to judge: it goes on in the caller's thread
    request.thrown = std::current_exception();
  }
  if (!connection_->is_in_transaction()) return;
  const bool is_kept = request.outcome && !request.thrown;
  if (!is_kept) {
    if (auto undone = connection_->execute("ROLLBACK TO caller"); !undone)
      telemetry::log_error("rolling back to a savepoint failed", {{"cause", undone.error().cause}});
  }
  if (auto released = connection_->execute("RELEASE caller"); !released && is_kept)
    request.outcome = std::unexpected(std::move(released).error());
}

void Writer::commit(const std::vector<Request*>& group) {
  auto committed = connection_->execute("COMMIT");
  if (committed) return;
  telemetry::log_error("a commit failed", {{"cause", committed.error().cause}});
  fail_all(group, for_all(committed.error()));
  if (connection_->is_in_transaction()) {
    if (auto undone = connection_->execute("ROLLBACK"); !undone)
      telemetry::log_error("rolling back failed", {{"cause", undone.error().cause}});
  }
}

void Writer::finish(const std::vector<Request*>& group) {
  const std::lock_guard lock(mutex_);
  for (Request* request : group) request->is_finished = true;
  finished_.notify_all();
}

// After the callers were answered, so that nobody waits for it.
void Writer::bound_log() {
  const auto now = std::chrono::steady_clock::now();
  if (connection_->log_pages() >= truncate_pages && now >= next_truncation_) {
    if (!connection_->checkpoint(true)) next_truncation_ = now + truncation_pause;
  } else if (connection_->log_pages() >= checkpoint_pages) {
    connection_->checkpoint(false);
  }
}

}  // namespace sightglass::database::sqlite
