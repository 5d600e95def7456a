// What a camera sees, over a WebSocket: each message is one JPEG, the newest there is when the viewer is ready for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "http/channel.hpp"
#include "http/channel_access.hpp"
#include "http/shares.hpp"
#include "stations/live_view.hpp"

namespace sightglass::http {

// The threads that wait for frames, one for each viewer. Thread-safe.
class LivePictureChannels {
 public:
  LivePictureChannels() = default;
  // Ends all, and waits for them: two seconds at most.
  ~LivePictureChannels();
  LivePictureChannels(const LivePictureChannels&) = delete;
  LivePictureChannels& operator=(const LivePictureChannels&) = delete;

  // At most `rate` pictures a second. `check` is asked every two seconds. The channel may outlive this object.
  std::unique_ptr<Channel> open(std::shared_ptr<stations::LiveView> view, std::int64_t rate, ChannelCheck check,
                                Shares::Share share);

 private:
  class State;
  class PictureChannel;
  struct Viewer {
    std::shared_ptr<State> state;
    std::thread thread;
  };
  void bury();

  std::mutex mutex_;
  std::list<Viewer> viewers_;
};

}  // namespace sightglass::http
