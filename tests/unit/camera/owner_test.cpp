// The owner thread with devices that do as a test tells.
#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <utility>

#include "conformance/camera/watched_camera.hpp"
#include "unit/camera/scripted_device.hpp"

namespace sightglass::camera {
namespace {

core::Instant now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

TEST(Owner, passes_over_frames_of_a_free_running_camera_that_began_before_the_call) {
  auto device = std::make_unique<ScriptedDevice>();
  std::uint64_t number = 0;
  device->on_frame = [&number] { return Frame{.number = ++number, .taken_at = now()}; };
  WatchedCamera camera(std::move(device), {});
  for (int i = 0; i < 2; ++i) {
    const core::Instant asked = now();
    const auto shot = camera.capture();
    ASSERT_TRUE(shot) << shot.error().message;
    // Exposed for 20 ms and read out within the 40 ms from frame to frame.
    EXPECT_GE(shot->frame.taken_at - asked, std::chrono::milliseconds(60));
  }
}

TEST(Owner, takes_no_frame_that_began_before_its_settings_were_in_force) {
  auto device = std::make_unique<ScriptedDevice>();
  device->on_frame = [] { return Frame{.taken_at = now()}; };
  WatchedCamera camera(std::move(device), {});
  const core::Instant asked = now();
  const auto shot = camera.capture({.exposure_ms = 50});
  ASSERT_TRUE(shot) << shot.error().message;
  EXPECT_EQ(shot->frame.settings.exposure_ms, 50);
  EXPECT_GE(shot->frame.taken_at - asked, std::chrono::milliseconds(90));
}

TEST(Owner, is_faulted_by_what_is_no_loss_and_tries_again) {
  auto device = std::make_unique<ScriptedDevice>();
  device->on_frame = [] { return Frame{.taken_at = now()}; };
  int starts = 0;
  device->on_start = [&starts]() -> core::Result<void> {
    if (++starts == 1) return core::fail(core::internal_error("Its sensor is too hot."));
    return {};
  };
  WatchedCamera camera(std::move(device), {.name = "oven", .reopen_pause = std::chrono::milliseconds(1)});
  const auto refused = camera.capture();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(refused.error().message, "The camera oven is faulted: Its sensor is too hot.");
  camera.await(State::idle, 2);
  EXPECT_EQ(camera.states(), (std::vector{State::idle, State::faulted, State::connecting, State::idle}));
  EXPECT_EQ(camera.fault(), "Its sensor is too hot.");
  EXPECT_TRUE(camera.capture());
}

TEST(Owner, pauses_twice_as_long_before_each_further_opening) {
  auto device = std::make_unique<ScriptedDevice>();
  std::vector<std::chrono::steady_clock::time_point> openings;
  std::latch enough(5);
  device->on_open = [&]() -> core::Result<Identity> {
    openings.push_back(std::chrono::steady_clock::now());
    if (openings.size() <= 5) enough.count_down();
    return core::fail(core::unavailable("Nobody is there."));
  };
  {
    WatchedCamera camera(std::move(device), {.reopen_pause = std::chrono::milliseconds(4),
                                             .longest_pause = std::chrono::milliseconds(16)});
    enough.wait();
    camera.await(State::disconnected, 4);
  }
  for (const auto& [at, least] : {std::pair{1, 4}, {2, 8}, {3, 16}, {4, 16}}) {
    const auto i = static_cast<std::size_t>(at);
    EXPECT_GE(openings[i] - openings[i - 1], std::chrono::milliseconds(least)) << at;
  }
}

// Ten times as many triggers as it can follow, and frames that never arrive or arrive in part.
TEST(Owner, accounts_for_every_trigger_of_a_storm) {
  auto device = make_device({.driver = Driver::simulated,
                             .address = "scene:gradient?size=64x64&noise=0&trigger=500&lost=0.05&incomplete=0.05"});
  ASSERT_TRUE(device) << device.error().message;
  WatchedCamera camera(std::move(*device), {.settings = {.exposure_ms = 18}});
  FrameBox box;
  {
    const auto armed = camera->arm({.source = Trigger::Source::line, .line = "Line0"}, box.lid());
    ASSERT_TRUE(armed) << armed.error().message;
    box.await(20);
  }
  std::uint64_t received = 0;
  for (const auto& frame : box.await(20)) {
    ++received;
    EXPECT_EQ(frame->counters.completed, received);
    EXPECT_GE(frame->counters.missed + frame->counters.failed + frame->counters.completed, frame->number);
  }
  const Counters counters = camera->status().counters;
  EXPECT_GE(counters.missed, 9 * counters.completed / 2);
  EXPECT_GT(counters.failed, 0U);
}

TEST(Owner, refuses_a_user_set_for_one_picture) {
  auto device = std::make_unique<ScriptedDevice>();
  WatchedCamera camera(std::move(device), {});
  const auto shot = camera.capture({.user_set = "Default"});
  ASSERT_FALSE(shot);
  EXPECT_EQ(shot.error().field, "user_set");
}

TEST(Owner, survives_a_bug_in_its_device) {
  auto device = std::make_unique<ScriptedDevice>();
  int frames = 0;
  device->on_frame = [&frames]() -> core::Result<Frame> {
    if (++frames == 1) throw std::runtime_error("a bug");
    return Frame{.taken_at = now()};
  };
  WatchedCamera camera(std::move(device), {.reopen_pause = std::chrono::milliseconds(1)});
  FrameBox box;
  const auto viewer = camera->watch(box.lid());
  EXPECT_GE(box.await(1).size(), 1U);
  EXPECT_EQ(camera.states()[2], State::faulted);
}

constexpr auto a_minute = std::chrono::minutes(1);  // for what takes long only when something is broken

core::Result<Frame> no_frame() { return core::fail(core::ErrorCode::timeout, "no frame"); }

TEST(Owner, tells_who_is_armed_next_although_the_stream_goes_on) {
  auto device = std::make_unique<ScriptedDevice>();
  device->able.trigger_lines = {"Line0"};
  std::latch is_waiting(1);
  std::latch is_armed_anew(1);
  device->on_frame = [&, is_first = true]() mutable {
    if (std::exchange(is_first, false)) {
      is_waiting.count_down();
      is_armed_anew.wait();
    }
    return no_frame();
  };
  WatchedCamera camera(std::move(device), {});
  const Trigger trigger{.source = Trigger::Source::line, .line = "Line0"};
  auto first = camera->arm(trigger, [](const auto&) {});
  ASSERT_TRUE(first);
  is_waiting.wait();
  first->reset();
  std::promise<void> told;
  const auto second = camera->arm(trigger, [](const auto&) {}, {.armed = [&told] { told.set_value(); }});
  is_armed_anew.count_down();
  EXPECT_EQ(told.get_future().wait_for(a_minute), std::future_status::ready);
}

TEST(Owner, tells_that_it_is_armed_although_a_trigger_by_software_came_first) {
  auto device = std::make_unique<ScriptedDevice>();
  device->able.has_software_trigger = true;
  device->on_frame = no_frame;
  std::latch may_open(1);
  device->on_open = [&may_open] {
    may_open.wait();
    return Identity{.model = "Script"};
  };
  WatchedCamera camera(std::move(device), {});
  std::promise<void> told;
  const auto armed =
      camera->arm({.source = Trigger::Source::software}, [](const auto&) {}, {.armed = [&told] { told.set_value(); }});
  camera->trigger_software([](const core::Result<void>&) {});
  may_open.count_down();
  EXPECT_EQ(told.get_future().wait_for(a_minute), std::future_status::ready);
}

TEST(Owner, tells_of_an_absence_that_was_there_from_the_start) {
  auto device = std::make_unique<ScriptedDevice>();
  device->able.trigger_lines = {"Line0"};
  device->on_frame = no_frame;
  std::latch is_armed(1);
  device->on_open = [&, openings = 0]() mutable -> core::Result<Identity> {
    is_armed.wait();
    if (++openings < 4) return core::fail(core::unavailable("Nobody is there."));
    return Identity{.model = "Script"};
  };
  WatchedCamera camera(std::move(device), {.reopen_pause = std::chrono::milliseconds(1)});
  std::vector<std::string> events;
  std::promise<void> told;
  const auto armed = camera->arm({.source = Trigger::Source::line, .line = "Line0"}, [](const auto&) {},
                                 {.armed =
                                      [&] {
                                        events.emplace_back("armed");
                                        told.set_value();
                                      },
                                  .away = [&](const core::Error& error) { events.push_back(error.message); }});
  is_armed.count_down();
  ASSERT_EQ(told.get_future().wait_for(a_minute), std::future_status::ready);
  EXPECT_EQ(events, (std::vector<std::string>{"Nobody is there.", "armed"})) << "once for each absence";
}

TEST(Owner, answers_who_asked_although_a_bug_struck) {
  auto device = std::make_unique<ScriptedDevice>();
  device->on_frame = []() -> core::Result<Frame> { throw std::runtime_error("a bug"); };
  WatchedCamera camera(std::move(device), {.reopen_pause = std::chrono::milliseconds(1)});
  auto answer = camera.begin_capture();
  ASSERT_EQ(answer.wait_for(a_minute), std::future_status::ready);
  const auto shot = answer.get();
  ASSERT_FALSE(shot);
  EXPECT_EQ(shot.error().code, core::ErrorCode::internal);
}

TEST(Subscription, may_end_in_the_delivery_of_a_frame) {
  auto device = std::make_unique<ScriptedDevice>();
  device->on_frame = [] { return Frame{.taken_at = now()}; };
  WatchedCamera camera(std::move(device), {});
  std::unique_ptr<Camera::Subscription> viewer;
  std::latch is_made(1);
  std::latch is_over(1);
  int frames = 0;
  viewer = camera->watch([&](const std::shared_ptr<const Frame>&) {
    is_made.wait();
    ++frames;
    viewer.reset();
    is_over.count_down();
  });
  is_made.count_down();
  is_over.wait();
  EXPECT_TRUE(camera.capture());
  EXPECT_EQ(frames, 1);
}

TEST(Subscription, gets_no_frame_after_its_end) {
  auto device = std::make_unique<ScriptedDevice>();
  device->on_frame = [] { return Frame{.taken_at = now()}; };
  WatchedCamera camera(std::move(device), {});
  for (int i = 0; i < 50; ++i) {
    auto frames = std::make_unique<int>(0);
    auto viewer = camera->watch([&frames](const std::shared_ptr<const Frame>&) { ++*frames; });
    viewer.reset();
    frames.reset();  // would be used after free
  }
  EXPECT_TRUE(camera.capture());
}

TEST(Subscription, may_outlive_its_camera) {
  std::unique_ptr<Camera::Subscription> viewer;
  {
    auto device = std::make_unique<ScriptedDevice>();
    device->on_frame = [] { return Frame{.taken_at = now()}; };
    WatchedCamera camera(std::move(device), {});
    viewer = camera->watch([](const std::shared_ptr<const Frame>&) {});
  }
  viewer.reset();
  EXPECT_EQ(viewer, nullptr);
}

}  // namespace
}  // namespace sightglass::camera
