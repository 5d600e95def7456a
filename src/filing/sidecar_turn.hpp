// Who writes a sidecar now: two changes of one record must not leave the older one in its file.
#pragma once

#include <mutex>
#include <string_view>

namespace sightglass::filing {

// Held from reading the row until its sidecar is written or removed; whoever comes second then reads what the first
// committed. Holds within this process only. Blocks while another thread has the key's turn; a thread must not hold
// two. Keys share 64 turns, so that now and then one waits for a stranger.
class SidecarTurn {
 public:
  explicit SidecarTurn(std::string_view sidecar_key);

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace sightglass::filing
