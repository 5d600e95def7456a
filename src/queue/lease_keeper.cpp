#include "queue/lease_keeper.hpp"

#include <algorithm>
#include <utility>

#include "queue/task_kinds.hpp"
#include "queue/task_queue.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

using std::chrono::steady_clock;

std::chrono::seconds whole_seconds(std::chrono::milliseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time);
}

// A busy database is no loss yet: the next beat tries again.
template <typename T>
void log_failed(const core::Result<T>& outcome, std::string_view event) {
  if (!outcome) telemetry::log_warning(event, {{"cause", outcome.error().cause}, {"message", outcome.error().message}});
}

// The first reason stands. Wakes a handler that waits for it.
void tell(TaskSignals& signals, StopReason reason) {
  auto expected = StopReason::none;
  if (signals.stop.compare_exchange_strong(expected, reason)) signals.stop.notify_all();
}

}  // namespace

LeaseKeeper::LeaseKeeper(database::Database& database, const core::Clock& clock, KeeperOptions options)
    : database_(database), clock_(clock), options_(std::move(options)), thread_([this] { run(); }) {}

LeaseKeeper::~LeaseKeeper() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void LeaseKeeper::watch(const core::Task& task, TaskSignals& signals) {
  const std::lock_guard lock(mutex_);
  watched_ = Watched{.task = task, .signals = &signals, .began = steady_clock::now()};
}

void LeaseKeeper::finish() {
  const std::lock_guard lock(mutex_);
  watched_.reset();
}

void LeaseKeeper::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, options_.beat, [&] { return is_stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void LeaseKeeper::look() {
  if (!holds_) return;
  hear_of_changes();
  store_progress();
  renew_if_due();
  check_limits();
}

// A third of the lease, so that two renewals may fail before it runs out.
void LeaseKeeper::renew_if_due() {
  const auto now = steady_clock::now();
  if (now - renewed_ < options_.lease / 3) return;
  const auto renewed = database_.write_guarded([&](database::Session& session) {
    return renew_all(session, options_.owner, whole_seconds(options_.lease), clock_.now());
  });
  log_failed(renewed, "leases were not renewed");
  if (renewed) renewed_ = now;
}

void LeaseKeeper::hear_of_changes() {
  // What is begun after the look below is not in it.
  std::optional<core::TaskId> id;
  {
    const std::lock_guard lock(mutex_);
    if (watched_) id = watched_->task.id;
  }
  if (!id) return;
  const auto held = database_.read([&](database::Session& session) { return list_held(session, options_.owner); });
  log_failed(held, "a worker could not look after its tasks");
  if (!held) return;
  const std::lock_guard lock(mutex_);
  if (!watched_ || watched_->task.id != *id) return;
  const auto own = std::ranges::find(*held, *id, &Held::id);
  if (own == held->end()) {
    tell(*watched_->signals, StopReason::lost);
  } else if (own->is_cancel_requested && !watched_->asked_to_stop) {
    tell(*watched_->signals, StopReason::cancelled);
    watched_->asked_to_stop = steady_clock::now();
  }
}

void LeaseKeeper::store_progress() {
  core::TaskId id;
  std::int32_t progress = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!watched_) return;
    progress = watched_->signals->progress.load();
    if (progress == watched_->stored_progress) return;
    watched_->stored_progress = progress;
    id = watched_->task.id;
  }
  const auto stored = database_.write_guarded([&](database::Session& session) {
    return renew(session, id, options_.owner, whole_seconds(options_.lease), progress, clock_.now());
  });
  log_failed(stored, "a task's progress was not stored");
}

void LeaseKeeper::check_limits() {
  std::optional<core::Task> overdue;
  StopReason reason = StopReason::none;
  {
    const std::lock_guard lock(mutex_);
    if (!watched_) return;
    const auto now = steady_clock::now();
    const TaskKind kind = kind_named(watched_->task.kind);
    if (now - watched_->began > kind.soft_limit) tell(*watched_->signals, StopReason::too_slow);
    if (watched_->asked_to_stop && now - *watched_->asked_to_stop > options_.patience) reason = StopReason::cancelled;
    if (now - watched_->began > kind.hard_limit) reason = StopReason::too_slow;
    if (reason != StopReason::none) overdue = watched_->task;
  }
  if (overdue) end(*overdue, reason);
}

void LeaseKeeper::end(const core::Task& task, StopReason reason) {
  const auto ended = database_.write_guarded([&](database::Session& session) -> core::Result<void> {
    if (reason == StopReason::cancelled)
      SG_TRY(stop_cancelled(session, task.id, options_.owner, clock_.now()));
    else
      SG_TRY(fail(session, task.id, options_.owner, {.message = "The task took longer than it may.", .code = "timeout"},
                  clock_.now()));
    // What the worker took along with it is not to blame.
    SG_TRY(give_back_all(session, options_.owner, clock_.now()));
    return {};
  });
  log_failed(ended, "a task that takes too long could not be ended");
  // Its lease will run out; ending the process without a word in the database would count as its crash.
  if (!ended) return;
  telemetry::log_warning("a task does not stop: its worker process ends",
                         {{"task", task.id.to_string()},
                          {"kind", task.kind},
                          {"reason", reason == StopReason::cancelled ? "cancelled" : "timeout"}});
  if (options_.end_process) options_.end_process(reason);
}

}  // namespace sightglass::queue
