#include "http/live_picture_channel.hpp"

#include <condition_variable>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "http/live_feed.hpp"

namespace sightglass::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds look{2};  // a thread waits no longer at once, so that it can end
constexpr int most_empty_looks = 15;     // then the camera is taken for gone
constexpr std::chrono::seconds recheck{2};
constexpr std::uint16_t gone_code = 1013;  // "try again later" (RFC 6455, registry of close codes)

}  // namespace

class LivePictureChannels::State {
 public:
  State(std::shared_ptr<stations::LiveView> view, std::int64_t rate, ChannelCheck check, Shares::Share share)
      : view_(std::move(view)),
        interval_(std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(1)) / rate),
        check_(std::move(check)),
        share_(std::move(share)) {}

  void open(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    wake_ = std::move(wake);
  }
  // Nobody is woken after it.
  void leave() {
    const std::scoped_lock lock(mutex_);
    wake_ = nullptr;
    is_leaving_ = true;
    changed_.notify_all();
  }
  bool has_finished() const {
    const std::scoped_lock lock(mutex_);
    return has_finished_;
  }
  std::shared_ptr<const std::string> take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(picture_, nullptr);
  }
  std::optional<ChannelEnd> end() const {
    const std::scoped_lock lock(mutex_);
    return end_;
  }

  void run() {
    std::uint64_t shown = 0;
    auto next_check = Clock::now() + recheck;
    for (int empty_looks = 0; !wait_for_turn();) {
      if (Clock::now() >= next_check) {
        if (!check_()) {
          finish({.code = signed_out_code, .reason = "signed out"});
          break;
        }
        next_check = Clock::now() + recheck;
      }
      const auto picture = view_->next(shown, look);
      const bool is_empty = !picture && picture.error().code == core::ErrorCode::timeout;
      empty_looks = is_empty ? empty_looks + 1 : 0;
      if ((!picture && !is_empty) || empty_looks > most_empty_looks) {
        finish({.code = gone_code, .reason = "no picture comes from the camera"});
        break;
      }
      if (!picture) continue;
      shown = (*picture)->number;
      // The picture is shared with all who look at this size.
      offer(std::shared_ptr<const std::string>(*picture, &(*picture)->jpeg));
    }
    const std::scoped_lock lock(mutex_);
    has_finished_ = true;
  }

 private:
  // Until the next picture may be sent; whether the viewer has left.
  bool wait_for_turn() {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, due_, [this] { return is_leaving_; });
    due_ = Clock::now() + interval_;
    return is_leaving_;
  }
  // In the place of one that was not taken yet: who is slow gets fewer, and none that is old.
  void offer(std::shared_ptr<const std::string> picture) {
    const std::scoped_lock lock(mutex_);
    picture_ = std::move(picture);
    if (wake_) wake_();
  }
  void finish(ChannelEnd end) {
    const std::scoped_lock lock(mutex_);
    end_ = end;
    if (wake_) wake_();
  }

  const std::shared_ptr<stations::LiveView> view_;
  const Clock::duration interval_;
  const ChannelCheck check_;
  const Shares::Share share_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point due_{};
  std::function<void()> wake_;
  std::shared_ptr<const std::string> picture_;
  std::optional<ChannelEnd> end_;
  bool is_leaving_ = false;
  bool has_finished_ = false;
};

class LivePictureChannels::PictureChannel final : public Channel {
 public:
  explicit PictureChannel(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~PictureChannel() override { state_->leave(); }
  void open(std::function<void()> wake) override { state_->open(std::move(wake)); }
  std::shared_ptr<const std::string> next() override { return state_->take(); }
  std::optional<ChannelEnd> end() const override { return state_->end(); }
  bool is_binary() const override { return true; }

 private:
  std::shared_ptr<State> state_;
};

LivePictureChannels::~LivePictureChannels() {
  for (auto& viewer : viewers_) viewer.state->leave();
  for (auto& viewer : viewers_) viewer.thread.join();
}

std::unique_ptr<Channel> LivePictureChannels::open(std::shared_ptr<stations::LiveView> view, std::int64_t rate,
                                                   ChannelCheck check, Shares::Share share) {
  bury();
  auto state = std::make_shared<State>(std::move(view), rate, std::move(check), std::move(share));
  const std::scoped_lock lock(mutex_);
  viewers_.push_back({.state = state, .thread = std::thread([state] { state->run(); })});
  return std::make_unique<PictureChannel>(std::move(state));
}

void LivePictureChannels::bury() {
  const std::scoped_lock lock(mutex_);
  for (auto it = viewers_.begin(); it != viewers_.end();) {
    if (it->state->has_finished()) {
      it->thread.join();
      it = viewers_.erase(it);
    } else {
      ++it;
    }
  }
}

}  // namespace sightglass::http
