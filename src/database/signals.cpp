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

core::Result<void> notify(Session& session, Channel channel, std::string_view payload) {
  if (session.dialect() == Dialect::sqlite) return {};
  SG_TRY(session.execute("SELECT pg_notify($1, $2)", {channel_names[static_cast<std::size_t>(channel)], payload}));
  return {};
}

Signals::Subscription::~Subscription() {
  if (signals_ == nullptr) return;
  const std::lock_guard lock(signals_->mutex_);
  signals_->listeners_.erase(number_);
}

}  // namespace sightglass::database
