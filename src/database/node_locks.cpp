#include "database/node_locks.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace sightglass::database {
namespace {

using Clock = std::chrono::steady_clock;
// Between questions whether another node is done. It rarely holds a lock that somebody waits for, and seconds then.
constexpr std::chrono::milliseconds shortest_pause{10};
constexpr std::chrono::milliseconds longest_pause{100};

}  // namespace

NodeLocks::Held::Held(Held&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), name_(std::move(other.name_)), claim_(other.claim_) {}

NodeLocks::Held::~Held() {
  if (owner_ == nullptr) return;
  owner_->give_up(name_, claim_);
  owner_->leave(name_);
}

bool NodeLocks::Held::is_ours() const { return owner_->stands(claim_); }

core::Result<std::optional<std::uint64_t>> NodeLocks::claim(const std::string&) { return 0; }
void NodeLocks::give_up(const std::string&, std::uint64_t) {}
bool NodeLocks::stands(std::uint64_t) { return true; }

bool NodeLocks::enter(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return names_.insert(name).second;
}

void NodeLocks::leave(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    names_.erase(name);
  }
  changed_.notify_all();
}

core::Result<std::optional<NodeLocks::Held>> NodeLocks::claim_entered(const std::string& name) {
  auto claimed = claim(name);
  if (claimed && *claimed) return Held(*this, name, **claimed);
  leave(name);
  if (!claimed) return std::unexpected(std::move(claimed).error());
  return std::nullopt;
}

core::Result<std::optional<NodeLocks::Held>> NodeLocks::try_take(std::string_view name) {
  const std::string kept(name);
  if (!enter(kept)) return std::nullopt;
  return claim_entered(kept);
}

core::Result<NodeLocks::Held> NodeLocks::take(std::string_view name, std::chrono::milliseconds patience) {
  const std::string kept(name);
  const auto deadline = Clock::now() + patience;
  for (auto pause = shortest_pause;; pause = std::min(2 * pause, longest_pause)) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_until(lock, deadline, [&] { return names_.insert(kept).second; })) break;
    }
    SG_ASSIGN(auto held, claim_entered(kept));
    if (held) return std::move(*held);
    if (Clock::now() + pause >= deadline) break;
    std::this_thread::sleep_for(pause);
  }
  return core::fail(core::unavailable("Somebody else is busy with the same thing; try again shortly.", kept));
}

}  // namespace sightglass::database
