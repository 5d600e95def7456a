// Hears what PostgreSQL notifies (LISTEN) and tells it to those who subscribed.
#pragma once

#include <atomic>
#include <thread>

#include "database/postgres/address.hpp"
#include "database/signals.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::database::postgres {

// One connection of its own in one thread of its own. A connection that is lost is made again, with pauses of 1 to 10
// seconds; each time one begins, every channel is told without a payload: what was committed before was not heard. A
// pooler between that gives sessions out by transaction does not pass notifications on.
class SignalListener final : public SignalSource {
 public:
  // `signals` must outlive it.
  SignalListener(Address address, Signals& signals);
  // Blocks until the thread has ended: at once, or when an attempt to connect is over.
  ~SignalListener() override;
  SignalListener(const SignalListener&) = delete;
  SignalListener& operator=(const SignalListener&) = delete;

 private:
  void listen_until_stopped();
  void listen(PGconn* connection);
  bool wait(int socket, int timeout_ms) const;

  Address address_;
  Signals& signals_;
  runtime::UnixFd stop_event_;
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;  // last: started when everything above is ready
};

}  // namespace sightglass::database::postgres
