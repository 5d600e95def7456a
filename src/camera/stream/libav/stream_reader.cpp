#include "camera/stream/libav/stream_reader.hpp"

#include <utility>

namespace sightglass::camera::stream {

using core::Result;

StreamReader::StreamReader(std::unique_ptr<VideoInput> video) : video_(std::move(video)), thread_([this] { run(); }) {}

StreamReader::~StreamReader() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  video_->interrupt();
  thread_.join();
}

void StreamReader::start() {
  const std::lock_guard lock(mutex_);
  is_streaming_ = true;
  figures_ = {};
}

void StreamReader::stop() {
  const std::lock_guard lock(mutex_);
  is_streaming_ = false;
}

StreamFigures StreamReader::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

Result<StreamReader::Shot> StreamReader::next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (end_) return core::fail(*end_);
  answer_.reset();
  is_wanted_ = true;
  answered_.wait_for(lock, patience, [&] { return answer_ || end_; });
  is_wanted_ = false;
  if (answer_) return *std::exchange(answer_, std::nullopt);
  if (end_) return core::fail(*end_);
  return core::fail(core::ErrorCode::timeout, "no frame came in time");
}

void StreamReader::run() {
  while (true) {
    bool is_wanted = false;
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_ || end_) return;
      is_wanted = is_wanted_;
    }
    take(video_->read(is_wanted));
  }
}

void StreamReader::take(Result<VideoInput::Read> read) {
  std::unique_lock lock(mutex_);
  if (!read) {
    end_ = std::move(read).error();
    answered_.notify_all();
    return;
  }
  if (!is_streaming_ || *read == VideoInput::Read::nothing) return;
  ++(*read == VideoInput::Read::broken ? figures_.failed : figures_.completed);
  if (!is_wanted_ || *read == VideoInput::Read::skipped) {
    ++figures_.underruns;
    return;
  }
  // Without the lock: converting takes longer than anybody should wait for figures.
  const auto number = figures_.completed;
  lock.unlock();
  auto made = *read == VideoInput::Read::frame
                  ? shot()
                  : Result<Shot>(core::fail(core::ErrorCode::corrupt_image, "a frame arrived in part"));
  if (made) made->number = number;
  lock.lock();
  answer_ = std::move(made);
  is_wanted_ = false;
  answered_.notify_all();
}

Result<StreamReader::Shot> StreamReader::shot() {
  const auto& frame = video_->frame();
  Shot made{.size = {frame.width, frame.height}, .format = pixel_format_of(static_cast<AVPixelFormat>(frame.format))};
  made.taken_at = core::SystemClock().now();
  made.timestamp_ns = video_->timestamp_ns();
  SG_ASSIGN(made.pixels, converter_.convert(frame));
  return made;
}

}  // namespace sightglass::camera::stream
