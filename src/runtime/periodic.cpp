#include "runtime/periodic.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "telemetry/log.hpp"

namespace sightglass::runtime {
namespace {

// How long the thread sleeps when nothing is scheduled; stop() wakes it anyway.
constexpr std::chrono::hours idle_look{1};

void run_logged(const std::string& name, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    telemetry::log_error("periodic work failed", {{"work", name}, {"cause", error.what()}});
  } catch (...) {
    telemetry::log_error("periodic work failed", {{"work", name}, {"cause", "unknown exception"}});
  }
}

}  // namespace

// Marks an entry as running for as long as its turn exists. The pool destroys turns it drops, so that a refused
// turn does not block the entry for ever.
class Periodic::Turn {
 public:
  Turn(Periodic& owner, Entry& entry) : owner_(&owner), entry_(&entry) {}
  Turn(Turn&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), entry_(other.entry_) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (owner_ == nullptr) return;
    const std::lock_guard lock(owner_->mutex_);
    entry_->is_running = false;
    // Under the lock: once stop() sees the flag fall, the condition may be destroyed.
    owner_->changed_.notify_all();
  }
  void operator()() const { run_logged(entry_->name, entry_->work); }

 private:
  Periodic* owner_;
  Entry* entry_;
};

Periodic::Periodic(BlockingPool& pool) : pool_(pool) {}
Periodic::~Periodic() { stop(); }

void Periodic::add(std::string name, std::chrono::milliseconds interval, std::function<void()> work) {
  auto entry = std::make_unique<Entry>();
  entry->name = std::move(name);
  entry->interval = std::max(interval, std::chrono::milliseconds{1});
  entry->work = std::move(work);
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
}

void Periodic::start() {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable() || is_stopping_) return;
  thread_ = std::thread([this] { serve(); });
}

void Periodic::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return std::ranges::none_of(entries_, [](const auto& e) { return e->is_running; }); });
}

Periodic::TimePoint Periodic::run_due(TimePoint now) {
  std::vector<Entry*> due;
  auto next = now + idle_look;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : entries_) {
      if (entry->due == TimePoint{}) entry->due = now + entry->interval;
      if (entry->due <= now) {
        // Missed turns are not made up for: after a long stall one run is enough.
        entry->due = now + entry->interval;
        if (!is_stopping_ && !entry->is_running) due.push_back(entry.get());
      }
      next = std::min(next, entry->due);
    }
    for (auto* entry : due) entry->is_running = true;
  }
  // Without the lock: a turn that the pool refuses is destroyed there, and takes it.
  for (auto* entry : due) hand_over(*entry);
  return next;
}

void Periodic::hand_over(Entry& entry) {
  if (!pool_.try_submit(Turn(*this, entry))) {
    telemetry::log_warning("periodic work skipped, the pool is full", {{"work", entry.name}});
  }
}

void Periodic::serve() {
  while (true) {
    const auto next = run_due(std::chrono::steady_clock::now());
    std::unique_lock lock(mutex_);
    if (changed_.wait_until(lock, next, [this] { return is_stopping_; })) return;
  }
}

}  // namespace sightglass::runtime
