// Wakes whoever waits for others' commits, so that polling may be slow. Losing a signal never loses work: everybody who
// listens looks now and then by himself as well.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "database/database.hpp"

namespace sightglass::database {

enum class Channel : std::uint8_t {
  tasks,             // a task became due in the queue that the payload names
  changes,           // notices of changes.hpp were committed; no payload
  accounts,          // a user, a sign-in or a token changed so that what it may do is another thing now; no payload
  sign_in_failures,  // somebody's password was wrong; the payload is made and read by accounts/sign_in
};
inline constexpr std::string_view channel_names[] = {"tasks", "changes", "accounts", "sign_in_failures"};

// What tells signals, for as long as it lives.
class SignalSource {
 public:
  virtual ~SignalSource() = default;
};

// Thread-safe. Of an embedded store nothing ever arrives here; of PostgreSQL, postgres::listen() has it told.
class Signals {
 public:
  // Called in the teller's thread, one call at a time: must not block, nor throw, nor end its own subscription. The
  // payload is empty where anything may have happened: after a lost connection came back.
  using Hear = std::function<void(Channel channel, std::string_view payload)>;

  class Subscription;
  // Heard until the subscription is destroyed, which waits for a call under way. The signals must outlive it.
  [[nodiscard]] Subscription subscribe(Hear hear);
  void tell(Channel channel, std::string_view payload);

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, Hear> listeners_;
  std::uint64_t last_ = 0;
};

// Tells it to all nodes of the database, this one too, when the transaction commits. Of an embedded store there is
// nobody to tell. `payload`: at most 7,999 bytes of text.
core::Result<void> notify(Session& session, Channel channel, std::string_view payload);

class Signals::Subscription {
 public:
  Subscription() = default;
  Subscription(Signals& signals, std::uint64_t number) : signals_(&signals), number_(number) {}
  Subscription(Subscription&& other) noexcept
      : signals_(std::exchange(other.signals_, nullptr)), number_(other.number_) {}
  Subscription& operator=(Subscription&& other) noexcept {
    std::swap(signals_, other.signals_);
    std::swap(number_, other.number_);
    return *this;
  }
  ~Subscription();

 private:
  Signals* signals_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace sightglass::database
