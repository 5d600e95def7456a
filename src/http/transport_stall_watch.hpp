// A time limit that leaves the socket open, so that a client who stalls can still be told so: the limit of Beast's
// streams closes it. Only the transport includes this.
#pragma once

#include <boost/asio.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

namespace sightglass::http {

// Cancels what a socket waits for when its time is up. All of it happens on the socket's loop; the socket outlives it.
class StallWatch {
 public:
  using Clock = std::chrono::steady_clock;

  explicit StallWatch(boost::asio::ip::tcp::socket& socket) : state_(std::make_shared<State>(socket)) {}
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;
  ~StallWatch() { disarm(); }

  // From now on the waits of the socket end with operation_aborted at `until`. Replaces an earlier limit.
  void arm(Clock::time_point until) {
    disarm();
    state_->timer.expires_at(until);
    state_->timer.async_wait([state = state_, turn = state_->turn](const boost::system::error_code& failure) {
      // The timer may have fired just before it was disarmed, with this call already on its way.
      if (failure || turn != state->turn) return;
      state->has_fired = true;
      boost::system::error_code ignored;
      state->socket.cancel(ignored);
    });
  }
  void disarm() {
    ++state_->turn;
    state_->timer.cancel();
  }
  // Whether a limit ran out since the watch was made.
  bool has_fired() const { return state_->has_fired; }

 private:
  struct State {
    explicit State(boost::asio::ip::tcp::socket& watched) : socket(watched), timer(watched.get_executor()) {}
    boost::asio::ip::tcp::socket& socket;
    boost::asio::steady_timer timer;
    std::uint64_t turn = 0;
    bool has_fired = false;
  };
  // Shared with the wait under way, whose last call may come after the watch is gone.
  std::shared_ptr<State> state_;
};

}  // namespace sightglass::http
