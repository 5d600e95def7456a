#include "database/signals.hpp"

namespace sightglass::database {

Signals::Subscription Signals::subscribe(Hear hear) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(++last_, std::move(hear));
  return {*this, last_};
}

void Signals::tell(Channel channel, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, hear] : listeners_) hear(channel, payload);
}

Signals::Subscription::~Subscription() {
  if (signals_ == nullptr) return;
  const std::lock_guard lock(signals_->mutex_);
  signals_->listeners_.erase(number_);
}

}  // namespace sightglass::database
