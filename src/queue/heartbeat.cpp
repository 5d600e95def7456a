#include "queue/heartbeat.hpp"

#include <utility>

#include "queue/task_queue.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {

Heartbeat::Heartbeat(database::Database& database, const core::Clock& clock, core::TaskId task, std::string owner,
                     std::chrono::seconds lease)
    : database_(database), clock_(clock), task_(task), owner_(std::move(owner)), lease_(lease), thread_([this] {
        beat_until_stopped();
      }) {}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void Heartbeat::beat_until_stopped() {
  const std::chrono::milliseconds pause = std::chrono::milliseconds(lease_) / 3;
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, pause, [&] { return is_stopping_; })) {
    lock.unlock();
    beat();
    lock.lock();
  }
}

void Heartbeat::beat() {
  const auto renewed = database_.write_guarded([&](database::Session& session) {
    return renew(session, task_, owner_, lease_, progress_.load(), clock_.now());
  });
  if (renewed && !*renewed) is_lost_ = true;
  // A busy database is no loss yet: the next beat tries again.
  if (!renewed)
    telemetry::log_warning("a lease was not renewed", {{"task", task_.to_string()}, {"cause", renewed.error().cause}});
}

}  // namespace sightglass::queue
