// Streams of real servers on the loopback, read by the real program.
#include "camera/stream/stream_device.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <sstream>

#include "support/test_paths.hpp"
#include "unit/camera_stream/camera_servers.hpp"

namespace sightglass::camera::stream {
namespace {

using std::chrono::milliseconds;

// Of everything that is merely waited for.
constexpr milliseconds long_enough{120'000};
const char* const reader = SIGHTGLASS_BINARY_DIR "/sightglass-stream";

#define SKIP_WITHOUT(server) \
  if (!(server)) GTEST_SKIP() << "the server of this kind of stream is not installed"

StreamDevice device_at(const std::string& url) { return StreamDevice(parse_address(url).value(), reader); }

// The mean of the frame's middle, R, G, B.
std::array<double, 3> middle_of(const core::RawImage& image) {
  std::array<double, 3> sums{};
  for (int y = image.size.height / 2 - 8; y < image.size.height / 2 + 8; ++y)
    for (int x = image.size.width / 2 - 8; x < image.size.width / 2 + 8; ++x)
      for (std::size_t channel = 0; channel < 3; ++channel)
        sums[channel] += image.bytes->at(static_cast<std::size_t>(y * image.stride + 3 * x) + channel) / 256.0;
  return sums;
}

void expect_colour(const core::RawImage& image, std::array<double, 3> colour) {
  const auto found = middle_of(image);
  for (std::size_t channel = 0; channel < 3; ++channel) EXPECT_NEAR(found[channel], colour[channel], 12) << channel;
}

// Again until it answers: some servers listen a little after they started.
core::Result<Identity> open_patiently(StreamDevice& device) {
  const auto deadline = std::chrono::steady_clock::now() + long_enough;
  while (true) {
    auto identity = device.open(long_enough);
    const bool is_too_early = !identity && identity.error().code == core::ErrorCode::unavailable;
    if (!is_too_early || std::chrono::steady_clock::now() > deadline) return identity;
  }
}

void expect_rising_frames(StreamDevice& device, std::array<double, 3> colour) {
  const auto first = device.next_frame(long_enough);
  ASSERT_TRUE(first) << first.error().message << first.error().cause;
  EXPECT_EQ(first->image.size, (core::Size{320, 240}));
  EXPECT_EQ(first->image.format, core::PixelFormat::rgb8);
  EXPECT_EQ(static_cast<std::int64_t>(first->image.bytes->size()), 320 * 240 * 3);
  EXPECT_FALSE(first->is_simulated);
  expect_colour(first->image, colour);
  const auto second = device.next_frame(long_enough);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_GT(second->number, first->number);
  EXPECT_GT(second->taken_at, first->taken_at);
  EXPECT_GE(device.counters().completed, second->number);
}

TEST(StreamDevice, gives_frames_of_an_rtsp_camera_with_h264) {
  auto server = test::start_rtsp({"h264"});
  SKIP_WITHOUT(server);
  auto device = device_at(server->url());
  const auto identity = open_patiently(device);
  ASSERT_TRUE(identity) << identity.error().message << identity.error().cause;
  EXPECT_EQ(identity->model, "video stream, h264");
  EXPECT_EQ(identity->address, server->url());
  const auto can = device.capabilities();
  ASSERT_TRUE(can);
  EXPECT_EQ(can->sensor, (core::Size{320, 240}));
  EXPECT_EQ(can->formats, std::vector{core::PixelFormat::rgb8});
  EXPECT_FALSE(can->exposure_ms || can->gain || can->has_auto_exposure || can->has_software_trigger);
  ASSERT_TRUE(device.start({}));
  expect_rising_frames(device, {0, 0, 255});
  // A pause does not end the stream.
  ASSERT_TRUE(device.stop());
  ASSERT_TRUE(device.start({}));
  expect_rising_frames(device, {0, 0, 255});
}

TEST(StreamDevice, gives_frames_of_an_rtsp_camera_with_mjpeg_behind_a_password) {
  auto server = test::start_rtsp({"mjpeg", "viewer", "hush"});
  SKIP_WITHOUT(server);
  auto device = device_at(server->url("viewer:hush@"));
  const auto identity = open_patiently(device);
  ASSERT_TRUE(identity) << identity.error().message << identity.error().cause;
  EXPECT_EQ(identity->address, server->url());
  ASSERT_TRUE(device.start({}));
  // GStreamer puts the limited range of video into JPEG, whose readers take it for the full one.
  expect_rising_frames(device, {238, 14, 14});
}

TEST(StreamDevice, gives_frames_of_mjpeg_over_http) {
  const auto port = test::free_port();
  auto server = test::start_mjpeg(port);
  SKIP_WITHOUT(server);
  auto device = device_at("http://127.0.0.1:" + std::to_string(port) + "/");
  const auto identity = open_patiently(device);
  ASSERT_TRUE(identity) << identity.error().message << identity.error().cause;
  ASSERT_TRUE(device.start({}));
  expect_rising_frames(device, {0, 255, 0});
}

TEST(StreamDevice, says_that_the_password_is_wrong_and_nothing_else_of_it) {
  auto server = test::start_rtsp({"mjpeg", "viewer", "hush"});
  SKIP_WITHOUT(server);
  for (const auto* credentials : {"viewer:wrong-secret@", ""}) {
    auto device = device_at(server->url(credentials));
    const auto identity = device.open(long_enough);
    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().code, core::ErrorCode::unavailable);
    EXPECT_EQ(identity.error().message, "the camera refuses this user or password");
    EXPECT_EQ((identity.error().message + identity.error().cause).find("secret"), std::string::npos);
  }
}

std::string words_of_process(pid_t pid) {
  std::ostringstream words;
  for (const auto* file : {"cmdline", "environ"})
    words << std::ifstream("/proc/" + std::to_string(pid) + "/" + file).rdbuf();
  return words.str();
}

TEST(StreamDevice, keeps_the_password_out_of_arguments_and_environment) {
  auto server = test::start_rtsp({"mjpeg", "viewer", "hush-hush"});
  SKIP_WITHOUT(server);
  auto device = device_at(server->url("viewer:hush-hush@"));
  ASSERT_TRUE(open_patiently(device));
  const auto words = words_of_process(device.reader_process());
  EXPECT_NE(words.find("sightglass-stream"), std::string::npos);
  EXPECT_EQ(words.find("hush-hush"), std::string::npos);
  EXPECT_NE(device.sandbox().find("seccomp"), std::string::npos) << device.sandbox();
}

TEST(StreamDevice, tells_that_the_camera_is_gone_and_finds_it_when_it_is_back) {
  auto server = test::start_rtsp({"h264"});
  SKIP_WITHOUT(server);
  const auto port = server->port;
  auto device = device_at(server->url());
  ASSERT_TRUE(open_patiently(device));
  ASSERT_TRUE(device.start({}));
  ASSERT_TRUE(device.next_frame(long_enough));
  server->process.kill();
  auto lost = device.next_frame(long_enough);
  // One that had arrived already may still come.
  while (lost) lost = device.next_frame(long_enough);
  EXPECT_EQ(lost.error().code, core::ErrorCode::unavailable);
  device.close();
  EXPECT_EQ(device.next_frame(milliseconds{1}).error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(device.open(long_enough).error().message, "nothing answers on the camera's port");
  server = test::start_rtsp({"h264"}, port);
  ASSERT_TRUE(server);
  ASSERT_TRUE(open_patiently(device));
  ASSERT_TRUE(device.start({}));
  EXPECT_TRUE(device.next_frame(long_enough));
}

TEST(StreamDevice, survives_that_the_reading_process_dies) {
  auto server = test::start_rtsp({"mjpeg"});
  SKIP_WITHOUT(server);
  auto device = device_at(server->url());
  ASSERT_TRUE(open_patiently(device));
  ASSERT_TRUE(device.start({}));
  ::kill(device.reader_process(), SIGKILL);
  EXPECT_EQ(device.next_frame(long_enough).error().code, core::ErrorCode::unavailable);
  device.close();
  ASSERT_TRUE(open_patiently(device));
}

TEST(StreamDevice, holds_its_verbs_to_its_states) {
  auto server = test::start_rtsp({"mjpeg"});
  SKIP_WITHOUT(server);
  auto device = device_at(server->url());
  EXPECT_EQ(device.start({}).error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(device.configure({}).error().code, core::ErrorCode::unavailable);
  ASSERT_TRUE(open_patiently(device));
  EXPECT_EQ(device.open(long_enough).error().code, core::ErrorCode::conflict);
  EXPECT_EQ(device.next_frame(long_enough).error().code, core::ErrorCode::conflict);
  EXPECT_EQ(device.stop().error().code, core::ErrorCode::conflict);
  EXPECT_EQ(device.start({.source = Trigger::Source::line, .line = "Line0"}).error().field, "trigger");
  EXPECT_EQ(device.start({.source = Trigger::Source::software}).error().field, "trigger");
  EXPECT_EQ(device.trigger_software().error().code, core::ErrorCode::conflict);
  EXPECT_EQ(device.configure({.exposure_ms = 5}).error().field, "exposure_ms");
  EXPECT_TRUE(device.configure({}));
  ASSERT_TRUE(device.start({}));
  EXPECT_EQ(device.start({}).error().code, core::ErrorCode::conflict);
  EXPECT_TRUE(device.stop());
}

TEST(StreamDevice, says_what_is_not_there) {
  auto nowhere = device_at("rtsp://127.0.0.1:" + std::to_string(test::free_port()) + "/camera");
  EXPECT_EQ(nowhere.open(long_enough).error().message, "nothing answers on the camera's port");
  auto no_device = device_at("/dev/video9876");
  EXPECT_EQ(no_device.open(long_enough).error().message, "there is no such camera");
  EXPECT_EQ(make_stream_device("file:///etc/passwd", reader).error().field, "address");
  StreamDevice no_program(parse_address("/dev/video0").value(), "/does/not/exist");
  EXPECT_EQ(no_program.open(long_enough).error().code, core::ErrorCode::unavailable);
}

// A server that takes the connection and says nothing.
TEST(StreamDevice, gives_up_a_camera_that_does_not_answer_in_time) {
  auto server = test::start_rtsp({"mjpeg"});
  SKIP_WITHOUT(server);
  server->process.signal(SIGSTOP);
  auto device = device_at(server->url());
  EXPECT_EQ(device.open(milliseconds{300}).error().code, core::ErrorCode::timeout);
}

}  // namespace
}  // namespace sightglass::camera::stream
