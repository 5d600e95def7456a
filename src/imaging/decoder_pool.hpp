// Decodes strangers' pictures in sandboxed child processes, so that none of them can crash, hang or fill the server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "imaging/decoder.hpp"

namespace sightglass::imaging {

class DecoderChild;

// How a decoder is told to leave itself memory for pictures within `limits`. The request socket is descriptor 3.
inline std::vector<std::string> decode_arguments(const Limits& limits) {
  return {"decode",
          "--fd",
          "3",
          "--max-bytes",
          std::to_string(limits.max_bytes),
          "--max-pixels",
          std::to_string(limits.max_pixels)};
}

struct DecoderPoolOptions {
  std::filesystem::path executable{};                              // normally sightglass-worker
  std::vector<std::string> arguments = decode_arguments({});       // for the limits that pictures are sent with
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
  std::size_t max_children = 2;                                    // 1 and up
  bool starts_one_at_once = true;                                  // in the background, before it is needed
  std::size_t max_waiting = 64;                                    // callers in the queue for a child
  std::chrono::milliseconds max_wait{30'000};                      // of one caller in that queue
  std::chrono::milliseconds start_timeout{15'000};                 // until a new child greets
  std::int32_t pictures_per_child = 500;                           // then it is replaced: libraries leak slowly
  std::int64_t max_resident_bytes = 400LL << 20;                   // of a child between pictures, else it is replaced
  std::chrono::milliseconds idle_time{60'000};                     // idle children beyond one end after this
};

// Children start when needed, the first one at once if wished. Callers over capacity wait in order of
// arrival. Thread-safe. Destroying it kills the children; no call may be under way then.
// Errors beside those of Decoder: corrupt_image when the child crashed over the picture, timeout when it was killed
// for taking longer than limits.timeout_ms, quota_exceeded when too many wait, unavailable when no child starts
// or two of them were ended by something else than the picture.
class DecoderPool final : public Decoder {
 public:
  explicit DecoderPool(DecoderPoolOptions options);
  ~DecoderPool() override;
  DecoderPool(const DecoderPool&) = delete;
  DecoderPool& operator=(const DecoderPool&) = delete;

  core::Result<DerivedImages> derive(int fd, const DerivePlan& plan, const Limits& limits) override;
  core::Result<ImageProperties> measure(int fd, const Limits& limits) override;
  core::Result<InspectionImage> inspect(int fd, const RasterPlan& plan, const Limits& limits) override;
  core::Result<void> cut_tiles(int fd, const TilePlan& plan, const Limits& limits, TileSink& sink) override;
  core::Result<std::string> develop(const core::RawImage& frame, const DevelopPlan& plan,
                                    const Limits& limits) override;

  // Children that exist now, starting ones included.
  int alive() const;
  // What confines the children, as the latest one reported: "seccomp, landlock 7, limits"; empty before the first.
  std::string sandbox() const;

 private:
  struct Waiter;
  class Loan;

  core::Result<Loan> borrow();
  void give_back(std::unique_ptr<DecoderChild> child);
  void supervise();
  void start_child(std::unique_lock<std::mutex>& lock);
  void offer(std::unique_ptr<DecoderChild> child);
  std::vector<std::unique_ptr<DecoderChild>> take_overdue(std::chrono::steady_clock::time_point now);
  template <typename Ask>
  auto with_child(Ask ask) -> decltype(ask(std::declval<DecoderChild&>()));

  const DecoderPoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable supervisor_wakes_;
  std::deque<Waiter*> waiters_;                      // in order of arrival
  std::vector<std::unique_ptr<DecoderChild>> idle_;  // most recently used last
  std::size_t alive_ = 0;
  std::string sandbox_;
  bool wants_first_;
  bool is_stopping_ = false;
  std::thread supervisor_;
};

}  // namespace sightglass::imaging
