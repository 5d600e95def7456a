#include "http/live_feed.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "accounts/caller.hpp"
#include "http/live_messages.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

using Clock = std::chrono::steady_clock;
using core::ErrorCode;
using database::changes::Change;

}  // namespace

// Shared by the feed and the channel, which the transport destroys when it likes.
struct LiveFeed::Listener {
  accounts::Caller caller{};  // with `position` and `next_check` the feed's alone
  Check check{};
  std::int64_t position = 0;
  Clock::time_point next_check{};
  Clock::time_point quiet_since = Clock::now();

  std::mutex mutex{};  // guards the rest
  std::deque<std::shared_ptr<const std::string>> waiting{};
  std::optional<ChannelEnd> end{};
  std::function<void()> wake{};

  void finish(ChannelEnd why) {
    const std::lock_guard lock(mutex);
    if (!end) end = why;
    if (wake) wake();
  }
  bool has_ended() {
    const std::lock_guard lock(mutex);
    return end.has_value();
  }
};

class LiveFeed::ListenerChannel final : public Channel {
 public:
  ListenerChannel(LiveFeed& feed, std::shared_ptr<Listener> listener) : feed_(feed), listener_(std::move(listener)) {}
  ~ListenerChannel() override {
    {
      const std::lock_guard lock(listener_->mutex);
      listener_->wake = nullptr;
    }
    feed_.leave(listener_.get());
  }
  void open(std::function<void()> wake) override {
    const std::lock_guard lock(listener_->mutex);
    listener_->wake = std::move(wake);
  }
  std::shared_ptr<const std::string> next() override {
    const std::lock_guard lock(listener_->mutex);
    if (listener_->waiting.empty()) return nullptr;
    auto text = std::move(listener_->waiting.front());
    listener_->waiting.pop_front();
    return text;
  }
  std::optional<ChannelEnd> end() const override {
    const std::lock_guard lock(listener_->mutex);
    return listener_->end;
  }

 private:
  LiveFeed& feed_;
  std::shared_ptr<Listener> listener_;
};

// What one look found, and the texts already made of it: most listeners are told the same.
struct LiveFeed::News {
  database::changes::Range range{};
  std::int64_t from = 0;  // `changes` are all behind it
  std::vector<Change> changes{};
  std::unordered_map<std::string, std::unordered_set<std::int64_t>> visible{};  // by user who does not see everything
  using Key = std::tuple<std::int64_t, std::string, unsigned>;                  // position, audience, types
  std::map<Key, std::shared_ptr<const std::string>> texts{};
};

LiveFeed::LiveFeed(database::Database& database, telemetry::Metrics& metrics, LiveOptions options)
    : database_(database),
      options_(options),
      messages_(metrics.counter("sightglass_live_messages_total", "Messages put out for listeners of live changes.")),
      dropped_(metrics.counter("sightglass_live_dropped_total", "Listeners dropped because they took nothing.")),
      resets_(metrics.counter("sightglass_live_resets_total", "Listeners told to look at everything anew.")) {
  metrics.gauge("sightglass_live_connections", "Listeners of live changes.", [this] {
    const std::lock_guard lock(mutex_);
    return static_cast<double>(listeners_.size());
  });
}

LiveFeed::~LiveFeed() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

core::Result<std::unique_ptr<Channel>> LiveFeed::subscribe(accounts::Caller caller, Check check,
                                                           std::optional<std::int64_t> since) {
  auto listener = std::make_shared<Listener>();
  if (since) {
    listener->position = *since;
  } else {
    SG_ASSIGN(listener->position, database_.read(database::changes::some_seconds_ago));
  }
  listener->caller = std::move(caller);
  listener->check = std::move(check);
  listener->next_check = Clock::now() + options_.recheck;
  listener->waiting.push_back(std::make_shared<const std::string>(hello_message(listener->position)));
  {
    const std::lock_guard lock(mutex_);
    const auto user = listener->caller.user_id;
    const auto own = std::ranges::count_if(listeners_, [&](const auto& one) { return one->caller.user_id == user; });
    if (static_cast<std::size_t>(own) >= options_.most_of_one_user)
      return core::fail(ErrorCode::quota_exceeded, "too many pages of this user listen at once; close some");
    if (listeners_.size() >= options_.most)
      return core::fail(core::unavailable("too many pages listen at once; ask again later"));
    listeners_.push_back(listener);
    if (options_.has_thread && !thread_.joinable()) thread_ = std::thread([this] { serve(); });
  }
  changed_.notify_all();
  return std::make_unique<ListenerChannel>(*this, std::move(listener));
}

void LiveFeed::leave(const Listener* listener) {
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [&](const auto& one) { return one.get() == listener; });
}

LiveFeed::Listeners LiveFeed::present() const {
  const std::lock_guard lock(mutex_);
  return listeners_;
}

// The shortest pause is what makes a burst one message, and is short enough for nobody to wait.
void LiveFeed::serve() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (listeners_.empty()) {
      changed_.wait(lock, [&] { return is_stopping_ || !listeners_.empty(); });
      continue;
    }
    is_woken_ = false;  // what is committed from here on may come too late for this look
    lock.unlock();
    turn();
    lock.lock();
    const auto shortest = std::min(options_.shortest_pause, options_.pause);
    changed_.wait_for(lock, shortest, [&] { return is_stopping_; });
    changed_.wait_for(lock, options_.pause - shortest, [&] { return is_stopping_ || is_woken_; });
  }
}

void LiveFeed::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_all();
}

void LiveFeed::turn() {
  auto listeners = present();
  for (const auto& listener : listeners) check(*listener);
  std::erase_if(listeners, [](const auto& one) { return one->has_ended(); });
  if (listeners.empty()) return;
  auto news = read_news(listeners);
  if (!news) {
    // The next look is another try; nobody has missed anything.
    telemetry::log_warning("live changes could not be read", {{"cause", news.error().cause}});
    return;
  }
  for (const auto& listener : listeners) tell(*listener, *news);
}

// A check that failed for another reason says nothing of the listener.
void LiveFeed::check(Listener& listener) {
  const auto now = Clock::now();
  if (now < listener.next_check) return;
  listener.next_check = now + options_.recheck;
  auto caller = listener.check();
  if (caller) {
    // Only the feed reads it without the lock.
    const std::lock_guard lock(mutex_);
    listener.caller = std::move(*caller);
    return;
  }
  const auto code = caller.error().code;
  if (code == ErrorCode::unauthenticated || code == ErrorCode::permission_denied)
    listener.finish({.code = signed_out_code, .reason = "signed out"});
}

core::Result<LiveFeed::News> LiveFeed::read_news(const Listeners& listeners) {
  return database_.read([&](database::Session& session) -> core::Result<News> {
    News news;
    SG_ASSIGN(news.range, database::changes::range(session));
    const auto first = std::ranges::min(listeners, {}, &Listener::position);
    news.from = std::max({first->position, news.range.newest - options_.most_behind, news.range.oldest - 1});
    if (news.from >= news.range.newest) return news;
    SG_ASSIGN(news.changes, database::changes::after(session, news.from, options_.most_behind));
    SG_TRY(read_visible(session, listeners, news));
    return news;
  });
}

core::Result<void> LiveFeed::read_visible(database::Session& session, const Listeners& listeners, News& news) const {
  for (const auto& listener : listeners) {
    const auto visibility = accounts::visibility_of(listener->caller);
    if (visibility.sees_all) continue;
    const auto [place, is_new] = news.visible.try_emplace(listener->caller.user_id.to_string());
    if (!is_new) continue;
    SG_ASSIGN(place->second, database::changes::visible_after(session, visibility, news.from));
  }
  return {};
}

void LiveFeed::tell(Listener& listener, News& news) {
  const auto newest = news.range.newest;
  const auto position = std::exchange(listener.position, newest);
  // Also for who may know of nothing that happens: where to go on stays near, and silence means a lost connection.
  const bool is_due = Clock::now() - listener.quiet_since >= options_.longest_silence;
  if (position == newest && !is_due) return;
  // Also ahead of everything: the database is not the one that the listener knew.
  if (position < news.from || position > newest) {
    resets_.add();
    return deliver(listener, std::make_shared<const std::string>(reset_message(newest)));
  }
  const auto visibility = accounts::visibility_of(listener.caller);
  const auto user = listener.caller.user_id.to_string();
  const bool has_notices = std::ranges::find(news.changes, user, &Change::user) != news.changes.end();
  // Who sees everything is told the same as all others who do, but for notices; a token of the same user may see less.
  const auto audience = visibility.sees_all ? (has_notices ? "*" + user : std::string{}) : user;
  const auto types = types_for(listener.caller);
  const auto [place, is_new] = news.texts.try_emplace({position, audience, types});
  if (is_new) {
    const auto* const visible = visibility.sees_all ? nullptr : &news.visible[user];
    const auto text =
        changes_message(news.changes, {.after = position, .types = types, .visible = visible, .user = user}, newest);
    if (!text.empty()) place->second = std::make_shared<const std::string>(text);
  }
  if (place->second) {
    deliver(listener, place->second);
  } else if (is_due) {
    deliver(listener, std::make_shared<const std::string>(nothing_message(newest)));
  }
}

void LiveFeed::deliver(Listener& listener, std::shared_ptr<const std::string> text) {
  listener.quiet_since = Clock::now();
  {
    const std::lock_guard lock(listener.mutex);
    if (listener.waiting.size() < options_.most_waiting) {
      listener.waiting.push_back(std::move(text));
      messages_.add();
      if (listener.wake) listener.wake();
      return;
    }
    listener.waiting.clear();
  }
  dropped_.add();
  listener.finish({.code = too_slow_code, .reason = "too slow"});
}

}  // namespace sightglass::http
