// Tells whoever listens what has changed: one reader of the database for all of them, woken by the database's signals
// where it gives any and else four times a second, and none while nobody listens.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "accounts/caller.hpp"
#include "core/result.hpp"
#include "database/changes.hpp"
#include "database/database.hpp"
#include "http/channel.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::http {

struct LiveOptions {
  std::chrono::milliseconds pause{250};               // between looks that nothing woke
  std::chrono::milliseconds shortest_pause{50};       // between any two; what changes within goes into one message
  std::chrono::milliseconds recheck{2'000};           // of each listener's credentials
  std::chrono::milliseconds longest_silence{20'000};  // then an empty message says that the connection stands
  std::size_t most = 1'000;                           // listeners; more are refused
  std::size_t most_of_one_user = 50;                  // a person's pages and tokens together; more are refused
  std::size_t most_waiting = 32;     // messages; who takes them more slowly is dropped and may come back
  std::int32_t most_behind = 2'000;  // changes; who is further behind is told to look at everything anew
  bool has_thread = true;            // false: somebody else calls turn()
};

// Codes of its own, of the range for applications (RFC 6455, section 7.4.2).
inline constexpr std::uint16_t signed_out_code = 4401;
inline constexpr std::uint16_t too_slow_code = 4408;

// Thread-safe. Its channels may outlive it no longer than their destruction; the references outlive it.
class LiveFeed {
 public:
  LiveFeed(database::Database& database, telemetry::Metrics& metrics, LiveOptions options = {});
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  // Who the listener is now; unauthenticated or permission_denied when it may not listen any more. May block.
  using Check = std::function<core::Result<accounts::Caller>()>;
  // Begins behind `since`, or a few seconds ago without it. Blocks on the database. quota_exceeded when the caller has
  // too many, unavailable when all have.
  core::Result<std::unique_ptr<Channel>> subscribe(accounts::Caller caller, Check check,
                                                   std::optional<std::int64_t> since);
  // Something was committed: look at once, or when the shortest pause is over. Never blocks.
  void wake();
  // One look at the credentials and the changes. Blocks. Never two at once.
  void turn();

 private:
  struct Listener;
  class ListenerChannel;
  struct News;
  using Listeners = std::vector<std::shared_ptr<Listener>>;

  void serve();
  Listeners present() const;
  void leave(const Listener* listener);
  void check(Listener& listener);
  core::Result<News> read_news(const Listeners& listeners);
  core::Result<void> read_visible(database::Session& session, const Listeners& listeners, News& news) const;
  void tell(Listener& listener, News& news);
  void deliver(Listener& listener, std::shared_ptr<const std::string> text);

  database::Database& database_;
  LiveOptions options_;
  telemetry::Counter& messages_;
  telemetry::Counter& dropped_;
  telemetry::Counter& resets_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Listeners listeners_;
  bool is_stopping_ = false;
  bool is_woken_ = false;
  std::thread thread_;  // begun with the first listener
};

}  // namespace sightglass::http
