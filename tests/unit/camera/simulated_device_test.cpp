#include "camera/simulated/simulated_device.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "camera/simulated/drawn_scenes.hpp"

namespace sightglass::camera {
namespace {

constexpr std::chrono::milliseconds patience{120'000};

std::unique_ptr<SimulatedDevice> device_at(const std::string& address) {
  auto wish = *parse_simulated_address(address);
  auto scene = make_scene(wish);
  auto device = std::make_unique<SimulatedDevice>(std::move(wish), address, std::move(*scene));
  EXPECT_TRUE(device->open(patience));
  return device;
}

// The frame of the next trigger by software, with `settings`.
Frame shot(SimulatedDevice& device, const Settings& settings = {}) {
  EXPECT_TRUE(device.configure(settings));
  EXPECT_TRUE(device.start({.source = Trigger::Source::software}));
  EXPECT_TRUE(device.trigger_software());
  auto frame = device.next_frame(patience);
  EXPECT_TRUE(frame) << frame.error().message;
  EXPECT_TRUE(device.stop());
  return frame.value_or(Frame{});
}

double mean_of(const Frame& frame) {
  const auto& bytes = *frame.image.bytes;
  return std::accumulate(bytes.begin(), bytes.end(), 0.0) / static_cast<double>(bytes.size());
}

// Of what is the same in every frame but for noise.
double deviation_between(const Frame& a, const Frame& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.image.bytes->size(); ++i) {
    const double difference = (*a.image.bytes)[i] - (*b.image.bytes)[i];
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(a.image.bytes->size()) / 2);
}

TEST(SimulatedDevice, shows_the_same_for_the_same_seed) {
  const auto one = device_at("scene:belt?size=320x256&seed=3");
  const auto same = device_at("scene:belt?size=320x256&seed=3");
  const auto other = device_at("scene:belt?size=320x256&seed=4");
  const Frame first = shot(*one);
  EXPECT_EQ(*first.image.bytes, *shot(*same).image.bytes);
  EXPECT_NE(*first.image.bytes, *shot(*other).image.bytes);
  EXPECT_TRUE(first.is_simulated);
}

TEST(SimulatedDevice, is_brighter_with_more_exposure_and_noisier_with_more_gain) {
  const auto device = device_at("scene:gradient?size=320x256");
  const double once = mean_of(shot(*device, {.exposure_ms = 2}));
  EXPECT_NEAR(mean_of(shot(*device, {.exposure_ms = 4})) / once, 2, 0.1);
  EXPECT_NEAR(mean_of(shot(*device, {.exposure_ms = 2, .gain = 6})) / once, 2, 0.1);
  EXPECT_GT(mean_of(shot(*device, {.exposure_ms = 2, .gain = 0, .black_level = 160})), once + 8);
  // Half the light at twice the gain: as bright, but noisier by √2 and more.
  const Settings bright{.exposure_ms = 4, .gain = 0, .black_level = 0, .region = Region{160, 0, 160, 128}};
  const Settings dark{.exposure_ms = 1, .gain = 12};
  const double quiet = deviation_between(shot(*device, bright), shot(*device));
  const double noisy = deviation_between(shot(*device, dark), shot(*device));
  EXPECT_GT(noisy, 1.4 * quiet);
}

TEST(SimulatedDevice, saturates) {
  const auto device = device_at("scene:gradient?size=320x256");
  const Frame frame = shot(*device, {.exposure_ms = 200, .region = Region{256, 0, 64, 64}});
  EXPECT_EQ(std::ranges::min(*frame.image.bytes), 255);
}

TEST(SimulatedDevice, gives_every_format_as_pfnc_lays_it_out) {
  const auto device = device_at("scene:gradient?size=128x128&noise=0");
  const Frame rgb = shot(*device, {.format = core::PixelFormat::rgb8});
  const Frame bgr = shot(*device, {.format = core::PixelFormat::bgr8});
  const Frame bayer = shot(*device, {.format = core::PixelFormat::bayer_gb8});
  const Frame mono8 = shot(*device, {.format = core::PixelFormat::mono8});
  const Frame mono10 = shot(*device, {.format = core::PixelFormat::mono10});
  const Frame mono16 = shot(*device, {.format = core::PixelFormat::mono16});
  const std::size_t row = 128;
  const std::size_t at = 20 * row + 100;  // an even row and column, above the bar
  const auto red = (*rgb.image.bytes)[at * 3];
  const auto blue = (*rgb.image.bytes)[at * 3 + 2];
  EXPECT_NE(red, blue);
  EXPECT_EQ((*bgr.image.bytes)[at * 3], blue);
  EXPECT_EQ((*bgr.image.bytes)[at * 3 + 2], red);
  // GB over RG.
  EXPECT_EQ((*bayer.image.bytes)[at], (*rgb.image.bytes)[at * 3 + 1]);
  EXPECT_EQ((*bayer.image.bytes)[at + 1], (*rgb.image.bytes)[(at + 1) * 3 + 2]);
  EXPECT_EQ((*bayer.image.bytes)[at + row], (*rgb.image.bytes)[(at + row) * 3]);
  EXPECT_EQ((*bayer.image.bytes)[at + row + 1], (*rgb.image.bytes)[(at + row + 1) * 3 + 1]);
  const auto wide = [&](const Frame& frame) {
    return (*frame.image.bytes)[at * 2] + 256 * (*frame.image.bytes)[at * 2 + 1];
  };
  EXPECT_EQ(wide(mono10) >> 2, (*mono8.image.bytes)[at]);
  EXPECT_EQ(wide(mono16) >> 8, (*mono8.image.bytes)[at]);
}

TEST(SimulatedDevice, counts_its_triggers_and_those_it_could_not_follow) {
  const auto device = device_at("scene:gradient?size=64x64&noise=0&trigger=200");
  ASSERT_TRUE(device->configure({.exposure_ms = 12}));  // longer than two of five triggers are apart
  ASSERT_TRUE(device->start({.source = Trigger::Source::line, .line = "Line0"}));
  std::uint64_t last = 0;
  for (int i = 0; i < 4; ++i) {
    const auto frame = device->next_frame(patience);
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_GE(frame->number, last + (i == 0 ? 1 : 3));
    last = frame->number;
  }
  EXPECT_GE(device->counters().missed, 6U);
  EXPECT_EQ(device->counters().failed, 0U);
}

TEST(SimulatedDevice, loses_the_frames_that_its_seed_says) {
  const auto numbers = [] {
    const auto device = device_at("scene:gradient?size=64x64&seed=5&lost=0.2&incomplete=0.2&noise=0");
    EXPECT_TRUE(device->configure({.exposure_ms = 0.1, .frame_rate = 200}));
    EXPECT_TRUE(device->start({}));
    std::vector<std::uint64_t> whole;
    while (whole.size() < 20) {
      const auto frame = device->next_frame(patience);
      if (frame) whole.push_back(frame->number);
    }
    EXPECT_GT(device->counters().missed, 0U);
    EXPECT_GT(device->counters().failed, 0U);
    return whole;
  };
  const auto once = numbers();
  EXPECT_GT(once.back(), 24U);
}

TEST(SimulatedDevice, goes_and_comes_back_as_its_address_says) {
  const auto device = device_at("scene:gradient?size=64x64&gone_after=2&back_after=0");
  ASSERT_TRUE(device->start({}));
  EXPECT_TRUE(device->next_frame(patience));
  EXPECT_TRUE(device->next_frame(patience));
  const auto gone = device->next_frame(patience);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, core::ErrorCode::unavailable);
  EXPECT_FALSE(device->check());
  device->close();
  EXPECT_TRUE(device->open(patience));
}

TEST(SimulatedDevice, loads_a_user_set_before_the_rest) {
  const auto device = device_at("scene:gradient?size=64x64");
  ASSERT_TRUE(device->configure({.exposure_ms = 3, .gain = 6}));
  const auto loaded = device->configure({.gain = 1, .user_set = "Default"});
  ASSERT_TRUE(loaded);
  EXPECT_DOUBLE_EQ(*loaded->exposure_ms, 10);
  EXPECT_DOUBLE_EQ(*loaded->gain, 1);
  EXPECT_FALSE(loaded->user_set);
}

TEST(SimulatedDevice, is_held_by_somebody_else_as_long_as_its_address_says) {
  auto device = make_device({.driver = Driver::simulated, .address = "scene:meter?busy_for=3600"});
  ASSERT_TRUE(device);
  const auto opened = (*device)->open(patience);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, core::ErrorCode::unavailable);
}

TEST(SimulatedMeter, counts_one_up_with_each_frame) {
  EXPECT_EQ(meter_reading(1, 8), meter_reading(1, 7) + 1);
  EXPECT_NE(meter_reading(1, 7), meter_reading(2, 7));
  const auto device = device_at("scene:meter?size=320x256&noise=0");
  const Frame first = shot(*device);
  EXPECT_NE(*first.image.bytes, *shot(*device).image.bytes);
}

}  // namespace
}  // namespace sightglass::camera
