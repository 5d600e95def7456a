#include "stations/live_view.hpp"

#include <utility>

namespace sightglass::stations {
namespace {

constexpr std::int32_t quality = 80;  // to be looked at for the fraction of a second

}  // namespace

LiveView::LiveView(camera::Camera& camera, imaging::Decoder& decoder, std::int32_t max_side)
    : decoder_(decoder), max_side_(max_side) {
  watching_ = camera.watch([this](std::shared_ptr<const camera::Frame> frame) {
    {
      const std::scoped_lock lock(mutex_);
      frame_ = std::move(frame);
      ++number_;
    }
    changed_.notify_all();
  });
}

core::Result<std::shared_ptr<const LivePicture>> LiveView::next(std::uint64_t after,
                                                                std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (true) {
    if (picture_ && picture_->number > after) return picture_;
    if (!is_developing_ && number_ > after) break;
    if (changed_.wait_until(lock, until) == std::cv_status::timeout)
      return core::fail(core::ErrorCode::timeout, "no frame came from the camera");
  }
  is_developing_ = true;
  const auto frame = frame_;
  const auto number = number_;
  lock.unlock();
  auto made = develop(frame, number);
  lock.lock();
  is_developing_ = false;
  if (made) picture_ = *made;
  lock.unlock();
  changed_.notify_all();
  return made;
}

core::Result<std::shared_ptr<const LivePicture>> LiveView::develop(const std::shared_ptr<const camera::Frame>& frame,
                                                                   std::uint64_t number) const {
  const auto small = imaging::shrink_frame(frame->image, max_side_);
  SG_ASSIGN(auto jpeg, decoder_.develop(small, {.quality = quality}, {}));
  return std::make_shared<const LivePicture>(LivePicture{.number = number,
                                                         .jpeg = std::move(jpeg),
                                                         .size = small.size,
                                                         .measures = imaging::measure_frame(small),
                                                         .frame = frame});
}

std::shared_ptr<LiveView> LiveViews::find(core::CameraId id, camera::Camera& camera, std::int32_t max_side) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(views_, [](const auto& one) { return one.second.view.expired(); });
  auto& known = views_[{id, max_side}];
  auto view = known.camera == &camera ? known.view.lock() : nullptr;
  if (!view) {
    view = std::make_shared<LiveView>(camera, decoder_, max_side);
    known = {.camera = &camera, .view = view};
  }
  return view;
}

}  // namespace sightglass::stations
