#include "imaging/decoder_pool.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "imaging/decoder_child.hpp"
#include "imaging/decoder_wire.hpp"
#include "imaging/raw_frame.hpp"
#include "runtime/message_socket.hpp"
#include "telemetry/log.hpp"

namespace sightglass::imaging {
namespace {

using Clock = std::chrono::steady_clock;

core::Error busy() {
  return {.code = core::ErrorCode::quota_exceeded, .message = "all decoders are busy, try again in a moment"};
}

// The frame's rows.
core::Result<runtime::UnixFd> file_of(const core::RawImage& frame) {
  return runtime::memory_file(std::span(*frame.bytes).first(static_cast<std::size_t>(frame_bytes(frame))));
}

}  // namespace

// A caller in the queue; lives on its stack. Handed a child or an error under the pool's mutex.
struct DecoderPool::Waiter {
  std::condition_variable answered;
  std::unique_ptr<DecoderChild> child;
  std::optional<core::Error> error;
};

// A child out of the pool for one picture, given back in every way out.
class DecoderPool::Loan {
 public:
  Loan(DecoderPool& pool, std::unique_ptr<DecoderChild> child) : pool_(&pool), child_(std::move(child)) {}
  Loan(Loan&&) noexcept = default;
  Loan& operator=(Loan&&) = delete;
  ~Loan() {
    if (child_) pool_->give_back(std::move(child_));
  }
  DecoderChild& child() const { return *child_; }

 private:
  DecoderPool* pool_;
  std::unique_ptr<DecoderChild> child_;
};

DecoderPool::DecoderPool(DecoderPoolOptions options)
    : options_(std::move(options)), wants_first_(options_.starts_one_at_once), supervisor_([this] { supervise(); }) {}

DecoderPool::~DecoderPool() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  supervisor_wakes_.notify_all();
  supervisor_.join();
}

core::Result<DecoderPool::Loan> DecoderPool::borrow() {
  std::unique_lock lock(mutex_);
  // Never past those who wait already. The child used last goes first, so that the others grow old enough to end.
  while (waiters_.empty() && !idle_.empty()) {
    auto child = std::move(idle_.back());
    idle_.pop_back();
    if (child->is_usable()) return Loan(*this, std::move(child));
    --alive_;  // ended while idle, by the memory killer or an operator
  }
  if (waiters_.size() >= options_.max_waiting) return core::fail(busy());
  Waiter self;
  waiters_.push_back(&self);
  supervisor_wakes_.notify_one();
  const auto is_answered = [&self] { return self.child != nullptr || self.error.has_value(); };
  if (!self.answered.wait_for(lock, options_.max_wait, is_answered)) {
    // The lock is ours again, so that nobody can be handing a child to a waiter that leaves.
    std::erase(waiters_, &self);
    return core::fail(busy());
  }
  if (self.error) return core::fail(std::move(*self.error));
  return Loan(*this, std::move(self.child));
}

// With the mutex held: to the caller who waits longest, else among the idle.
void DecoderPool::offer(std::unique_ptr<DecoderChild> child) {
  if (waiters_.empty()) {
    child->idle_since = Clock::now();
    idle_.push_back(std::move(child));
    return;
  }
  auto* first = waiters_.front();
  waiters_.pop_front();
  first->child = std::move(child);
  first->answered.notify_one();
}

void DecoderPool::give_back(std::unique_ptr<DecoderChild> child) {
  const bool is_kept = child->is_usable() && child->pictures() < options_.pictures_per_child &&
                       child->resident_bytes() <= options_.max_resident_bytes;
  if (!is_kept) child.reset();  // killed and reaped here, before its place is given away
  const std::lock_guard lock(mutex_);
  if (is_kept) {
    offer(std::move(child));
  } else {
    --alive_;
  }
  supervisor_wakes_.notify_one();
}

// The only thread that spawns: children die with the thread that spawned them, and callers' threads come and go.
void DecoderPool::supervise() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    const bool is_short = !waiters_.empty() || (wants_first_ && alive_ == 0);
    if (is_short && alive_ < options_.max_children) {
      start_child(lock);
      continue;
    }
    auto overdue = take_overdue(Clock::now());
    if (!overdue.empty()) {
      lock.unlock();
      // Without the lock: callers need not wait for processes to be killed and reaped.
      overdue.clear();
      lock.lock();
      continue;
    }
    if (idle_.size() > 1) {
      supervisor_wakes_.wait_until(lock, idle_.front()->idle_since + options_.idle_time);
    } else {
      supervisor_wakes_.wait(lock);
    }
  }
  idle_.clear();
}

void DecoderPool::start_child(std::unique_lock<std::mutex>& lock) {
  wants_first_ = false;
  ++alive_;
  lock.unlock();
  auto started = DecoderChild::start(options_);
  if (!started) {
    telemetry::log_error("decoder did not start",
                         {{"message", started.error().message}, {"cause", started.error().cause}});
  }
  lock.lock();
  if (started) {
    sandbox_ = started->sandbox();
    offer(std::make_unique<DecoderChild>(std::move(*started)));
    return;
  }
  --alive_;
  // Everyone who waits for a start hears of it at once; children at work may still serve those behind, but a program
  // that cannot start is a fault to report, not to wait on.
  for (auto* waiter : std::exchange(waiters_, {})) {
    waiter->error = started.error();
    waiter->answered.notify_one();
  }
}

// With the mutex held: idle children past their time, oldest first, all but one.
std::vector<std::unique_ptr<DecoderChild>> DecoderPool::take_overdue(Clock::time_point now) {
  std::vector<std::unique_ptr<DecoderChild>> overdue;
  std::ranges::sort(idle_, {}, [](const auto& child) { return child->idle_since; });
  while (idle_.size() > 1 && idle_.front()->idle_since + options_.idle_time <= now) {
    overdue.push_back(std::move(idle_.front()));
    idle_.erase(idle_.begin());
    --alive_;
  }
  return overdue;
}

// A child that ended before the request, or was killed over it by somebody else, says nothing about the picture: one
// more is tried.
template <typename Ask>
auto DecoderPool::with_child(Ask ask) -> decltype(ask(std::declval<DecoderChild&>())) {
  for (int attempt = 0;; ++attempt) {
    SG_ASSIGN(const auto loan, borrow());
    auto answer = ask(loan.child());
    if (answer || answer.error().code != core::ErrorCode::unavailable || attempt > 0) return answer;
  }
}

core::Result<DerivedImages> DecoderPool::derive(int fd, const DerivePlan& plan, const Limits& limits) {
  const wire::Request request{.operation = wire::Operation::derive, .plan = plan, .limits = limits};
  SG_ASSIGN(auto answer, with_child([&](DecoderChild& child) { return child.ask(request, fd); }));
  return wire::decode_derived(std::move(answer));
}

core::Result<ImageProperties> DecoderPool::measure(int fd, const Limits& limits) {
  const wire::Request request{.operation = wire::Operation::measure, .plan = {}, .limits = limits};
  SG_ASSIGN(const auto answer, with_child([&](DecoderChild& child) { return child.ask(request, fd); }));
  return wire::decode_properties(answer);
}

core::Result<InspectionImage> DecoderPool::inspect(int fd, const RasterPlan& plan, const Limits& limits) {
  const wire::Request request{.operation = wire::Operation::inspect, .plan = {}, .raster_plan = plan, .limits = limits};
  SG_ASSIGN(const auto answer, with_child([&](DecoderChild& child) { return child.ask(request, fd); }));
  return wire::decode_inspected(answer, plan);
}

core::Result<void> DecoderPool::cut_tiles(int fd, const TilePlan& plan, const Limits& limits, TileSink& sink) {
  const DerivePlan sent{
      .display_quality = plan.quality, .allow_damaged = plan.allow_damaged, .rotation = plan.rotation};
  const wire::Request request{.operation = wire::Operation::tiles, .plan = sent, .limits = limits};
  return with_child([&](DecoderChild& child) { return child.ask_tiles(request, fd, sink); });
}

core::Result<std::string> DecoderPool::develop(const core::RawImage& frame, const DevelopPlan& plan,
                                               const Limits& limits) {
  SG_TRY(check_plan(plan));
  SG_TRY(check_frame(frame, frame.bytes ? static_cast<std::int64_t>(frame.bytes->size()) : 0, plan, limits));
  SG_ASSIGN(const auto file, file_of(frame));
  const wire::Request request{
      .operation = wire::Operation::develop, .plan = {}, .frame = wire::encode_frame(frame, plan), .limits = limits};
  SG_ASSIGN(auto answer, with_child([&](DecoderChild& child) { return child.ask(request, file.get()); }));
  return wire::decode_developed(std::move(answer), plan, limits);
}

int DecoderPool::alive() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(alive_);
}

std::string DecoderPool::sandbox() const {
  const std::lock_guard lock(mutex_);
  return sandbox_;
}

}  // namespace sightglass::imaging
