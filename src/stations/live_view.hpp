// What a camera sees just now, for those who look: each frame is made into a picture once, however many look.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "camera/camera.hpp"
#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/shrink_frame.hpp"

namespace sightglass::stations {

struct LivePicture {
  std::uint64_t number = 0;  // rising, of this view
  std::string jpeg{};
  core::Size size{};
  imaging::FrameMeasures measures{};
  std::shared_ptr<const camera::Frame> frame{};
};

// One camera at one size. Looks only while somebody holds it, and keeps no camera open that was closed. Thread-safe.
class LiveView {
 public:
  // `max_side` of the pictures, 64 … 4096. The decoder outlives it.
  LiveView(camera::Camera& camera, imaging::Decoder& decoder, std::int32_t max_side);

  // The newest picture if its number is above `after`, else the next. Blocks up to `patience` for a frame, and while
  // it is made. Errors: timeout when none came; those of Decoder::develop.
  core::Result<std::shared_ptr<const LivePicture>> next(std::uint64_t after, std::chrono::milliseconds patience);

 private:
  core::Result<std::shared_ptr<const LivePicture>> develop(const std::shared_ptr<const camera::Frame>& frame,
                                                           std::uint64_t number) const;

  imaging::Decoder& decoder_;
  const std::int32_t max_side_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const camera::Frame> frame_;              // the newest
  std::uint64_t number_ = 0;                                // of the newest frame
  bool is_developing_ = false;                              // one viewer does it for all
  std::shared_ptr<const LivePicture> picture_;              // the newest that is made
  std::unique_ptr<camera::Camera::Subscription> watching_;  // ends first
};

// The views that somebody looks at. Thread-safe.
class LiveViews {
 public:
  // The decoder outlives it.
  explicit LiveViews(imaging::Decoder& decoder) : decoder_(decoder) {}
  std::shared_ptr<LiveView> find(core::CameraId id, camera::Camera& camera, std::int32_t max_side);

 private:
  struct Known {
    const camera::Camera* camera = nullptr;  // one that was opened anew needs a new view
    std::weak_ptr<LiveView> view{};
  };
  imaging::Decoder& decoder_;
  std::mutex mutex_;
  std::map<std::pair<core::CameraId, std::int32_t>, Known> views_;
};

}  // namespace sightglass::stations
