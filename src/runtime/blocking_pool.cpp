#include "runtime/blocking_pool.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "telemetry/log.hpp"

namespace sightglass::runtime {
namespace {

// The pool is a border: an exception from work is a bug that must not take the process with it.
void run_guarded(BlockingPool::Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    telemetry::log_error("blocking work failed", {{"cause", error.what()}});
  } catch (...) {
    telemetry::log_error("blocking work failed", {{"cause", "unknown exception"}});
  }
}

}  // namespace

BlockingPool::BlockingPool(std::size_t max_threads, std::size_t max_queued)
    : max_threads_(std::max<std::size_t>(1, max_threads)), max_queued_(std::max<std::size_t>(1, max_queued)) {}

BlockingPool::~BlockingPool() { stop(); }

bool BlockingPool::try_submit(Work work) {
  const std::lock_guard lock(mutex_);
  if (is_stopping_ || queue_.size() >= max_queued_) {
    ++refused_;
    return false;
  }
  queue_.push_back(std::move(work));
  // Idle threads may already be promised to work queued before, hence the comparison with the queue's length.
  if (idle_ < queue_.size() && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { serve(); });
  } else {
    work_arrived_.notify_one();
  }
  return true;
}

void BlockingPool::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    work_arrived_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    --idle_;
    if (is_stopping_) return;
    run_one(lock);
  }
}

void BlockingPool::run_one(std::unique_lock<std::mutex>& lock) {
  Work work = std::move(queue_.front());
  queue_.pop_front();
  ++running_;
  lock.unlock();
  run_guarded(work);
  work = nullptr;  // what it captured is released without the lock
  lock.lock();
  --running_;
  ++finished_;
}

void BlockingPool::stop() {
  // Destroyed at the end, without the lock: dropped work tells whoever waits for it, who may take locks of his own.
  std::deque<Work> dropped;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
  }
  work_arrived_.notify_all();
  for (auto& thread : threads) thread.join();
}

BlockingPool::Counts BlockingPool::counts() const {
  const std::lock_guard lock(mutex_);
  return {.threads = threads_.size(),
          .running = running_,
          .queued = queue_.size(),
          .finished = finished_,
          .refused = refused_};
}

}  // namespace sightglass::runtime
