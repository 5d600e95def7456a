// What every driver's device must do, verb by verb.
#include "conformance/camera/suite.hpp"

namespace sightglass::camera {
namespace {

using core::ErrorCode;

const auto every_rig = testing::Values(simulated_rig(), gige_rig());
const auto rig_name = [](const testing::TestParamInfo<RigKind>& info) { return info.param.name; };

class DeviceSuite : public CameraSuite {};
INSTANTIATE_TEST_SUITE_P(Camera, DeviceSuite, every_rig, rig_name);

TEST_P(DeviceSuite, says_what_it_is) {
  const auto device = rig_->make_device();
  const auto identity = device->open(patience);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_FALSE(identity->vendor.empty());
  EXPECT_FALSE(identity->model.empty());
  EXPECT_FALSE(identity->serial.empty());
  EXPECT_EQ(identity->is_simulated, GetParam().name == "simulated");
  EXPECT_TRUE(device->check());
}

TEST_P(DeviceSuite, says_what_it_can) {
  const auto device = open_device();
  const auto able = device->capabilities();
  ASSERT_TRUE(able) << able.error().message;
  EXPECT_GE(able->sensor.width, 256);
  ASSERT_TRUE(able->exposure_ms);
  EXPECT_LT(able->exposure_ms->least, able->exposure_ms->most);
  ASSERT_TRUE(able->gain);
  EXPECT_TRUE(able->frame_rate);
  EXPECT_TRUE(able->has_software_trigger);
  EXPECT_EQ(able->trigger_lines, std::vector<std::string>{"Line0"});
  EXPECT_EQ(able->formats.front(), core::PixelFormat::mono8);
  EXPECT_GE(able->binnings.size(), 2U);
}

TEST_P(DeviceSuite, names_field_and_range_of_what_it_cannot) {
  const auto device = open_device();
  const auto field_of = [&](const Settings& settings) {
    const auto result = device->configure(settings);
    EXPECT_TRUE(failed_with(ErrorCode::invalid_input, result));
    return result ? std::string() : result.error().field;
  };
  EXPECT_EQ(field_of({.exposure_ms = 1e9}), "exposure_ms");
  EXPECT_EQ(field_of({.exposure_ms = -1}), "exposure_ms");
  EXPECT_EQ(field_of({.exposure_ms = std::nan("")}), "exposure_ms");
  EXPECT_EQ(field_of({.gain = 1'000}), "gain");
  EXPECT_EQ(field_of({.frame_rate = 1e6}), "frame_rate");
  EXPECT_EQ(field_of({.region = Region{0, 0, 100'000, 64}}), "region");
  EXPECT_EQ(field_of({.region = Region{-4, 0, 64, 64}}), "region");
  EXPECT_EQ(field_of({.binning = 3}), "binning");
  EXPECT_EQ(field_of({.format = core::PixelFormat::bayer_gr12, .user_set = "no such"}),
            GetParam().name == "simulated" ? "user_set" : "format");
}

TEST_P(DeviceSuite, rounds_an_exposure_to_what_it_can_and_says_so) {
  const auto device = open_device();
  const auto once = device->configure({.exposure_ms = 2.5037});
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_NEAR(*once->exposure_ms, 2.5037, 0.01);
  EXPECT_NE(*once->exposure_ms, 2.5037);
  const auto again = device->configure({.exposure_ms = once->exposure_ms});
  ASSERT_TRUE(again);
  EXPECT_DOUBLE_EQ(*again->exposure_ms, *once->exposure_ms);
}

TEST_P(DeviceSuite, gives_frames_of_the_region_binning_and_format_that_are_set) {
  const auto device = open_device();
  const auto set = device->configure({.region = Region{64, 32, 256, 128}, .format = core::PixelFormat::bayer_rg8});
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->region, (Region{64, 32, 256, 128}));
  ASSERT_TRUE(device->start({}));
  const auto frame = device->next_frame(patience);
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->image.size, (core::Size{256, 128}));
  EXPECT_EQ(frame->image.format, core::PixelFormat::bayer_rg8);
  EXPECT_EQ(frame->settings, *set);
  ASSERT_TRUE(device->stop());
  ASSERT_TRUE(device->configure({.binning = 2}));
  ASSERT_TRUE(device->start({}));
  const auto binned = device->next_frame(patience);
  ASSERT_TRUE(binned) << binned.error().message;
  EXPECT_EQ(binned->image.size, (core::Size{128, 64}));
}

TEST_P(DeviceSuite, counts_frames_that_come_by_themselves) {
  const auto device = open_device();
  ASSERT_TRUE(device->start({}));
  std::uint64_t last = 0;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto frame = device->next_frame(patience);
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_GT(frame->number, last);
    last = frame->number;
    EXPECT_EQ(frame->counters.failed, 0U);
    EXPECT_TRUE(frame->device_timestamp_ns);
  }
  EXPECT_GE(device->counters().completed, 5U);
  EXPECT_TRUE(device->stop());
}

TEST_P(DeviceSuite, changes_exposure_and_gain_while_frames_come_but_not_their_size) {
  const auto device = open_device();
  ASSERT_TRUE(device->start({}));
  const auto set = device->configure({.exposure_ms = 3, .gain = 2});
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_NEAR(*set->exposure_ms, 3, 0.01);
  EXPECT_NEAR(*set->gain, 2, 0.1);
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->configure({.region = Region{0, 0, 64, 64}})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->configure({.format = core::PixelFormat::rgb8})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->configure({.binning = 2})));
  EXPECT_TRUE(device->next_frame(patience));
}

TEST_P(DeviceSuite, refuses_what_its_state_does_not_allow) {
  const auto device = rig_->make_device();
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->capabilities()));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->configure({})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->start({})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->stop()));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->next_frame({})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->trigger_software()));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->check()));
  device->close();
  ASSERT_TRUE(device->open(patience));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->open(patience)));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->stop()));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->next_frame({})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->trigger_software()));
  ASSERT_TRUE(device->start({}));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->start({})));
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->trigger_software()));
  device->close();
  EXPECT_TRUE(failed_with(ErrorCode::conflict, device->next_frame({})));
  ASSERT_TRUE(device->open(patience));
}

TEST_P(DeviceSuite, gives_one_frame_for_each_trigger_by_software) {
  const auto device = open_device();
  ASSERT_TRUE(device->start({.source = Trigger::Source::software}));
  EXPECT_TRUE(failed_with(ErrorCode::timeout, device->next_frame(std::chrono::milliseconds(150))));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(device->trigger_software());
    const auto frame = device->next_frame(patience);
    ASSERT_TRUE(frame) << frame.error().message;
  }
  EXPECT_TRUE(failed_with(ErrorCode::timeout, device->next_frame(std::chrono::milliseconds(150))));
}

TEST_P(DeviceSuite, gives_one_frame_for_each_edge_on_a_line) {
  const auto device = open_device();
  ASSERT_TRUE(device->start({.source = Trigger::Source::line, .line = "Line0"}));
  EXPECT_TRUE(failed_with(ErrorCode::timeout, device->next_frame(std::chrono::milliseconds(150))));
  for (int i = 0; i < 3; ++i) {
    rig_->pulse_line();
    const auto frame = device->next_frame(patience);
    ASSERT_TRUE(frame) << frame.error().message;
  }
  EXPECT_TRUE(failed_with(ErrorCode::timeout, device->next_frame(std::chrono::milliseconds(150))));
}

TEST_P(DeviceSuite, refuses_a_trigger_that_it_does_not_have) {
  const auto device = open_device();
  const auto result = device->start({.source = Trigger::Source::line, .line = "Line7"});
  ASSERT_TRUE(failed_with(ErrorCode::invalid_input, result));
  EXPECT_EQ(result.error().field, "line");
  EXPECT_TRUE(device->start({}));
}

TEST_P(DeviceSuite, never_gives_a_frame_that_arrived_in_part) {
  const auto device = open_device();
  ASSERT_TRUE(device->start({}));
  ASSERT_TRUE(device->next_frame(patience));
  rig_->lose_parts_of_frames(true);
  int failures = 0;
  while (failures < 3) {
    const auto frame = device->next_frame(patience);
    if (frame) continue;  // was under way already
    ASSERT_TRUE(failed_with(ErrorCode::corrupt_image, frame));
    ++failures;
  }
  EXPECT_GE(device->counters().failed, 3U);
  rig_->lose_parts_of_frames(false);
  core::Result<Frame> frame = device->next_frame(patience);
  while (!frame && frame.error().code == ErrorCode::corrupt_image) frame = device->next_frame(patience);
  EXPECT_TRUE(frame);
}

TEST_P(DeviceSuite, says_that_it_is_gone_and_can_be_opened_when_it_is_back) {
  const auto device = open_device();
  ASSERT_TRUE(device->start({}));
  ASSERT_TRUE(device->next_frame(patience));
  rig_->vanish();
  while (device->check()) ASSERT_FALSE(testing::Test::HasFailure());
  EXPECT_TRUE(failed_with(ErrorCode::unavailable, device->next_frame(patience)));
  EXPECT_TRUE(failed_with(ErrorCode::unavailable, device->capabilities()));
  device->close();
  EXPECT_TRUE(failed_with(ErrorCode::unavailable, device->open(patience)));
  rig_->come_back();
  const auto opened = device->open(patience);
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_TRUE(device->start({}));
  EXPECT_TRUE(device->next_frame(patience));
}

TEST_P(DeviceSuite, is_not_opened_while_another_holds_control) {
  rig_->let_another_take_control();
  const auto device = rig_->make_device();
  const auto refused = device->open(patience);
  ASSERT_TRUE(failed_with(ErrorCode::unavailable, refused));
  EXPECT_NE(refused.error().message.find("Another program holds control"), std::string::npos);
  rig_->let_another_go();
  const auto opened = device->open(patience);
  EXPECT_TRUE(opened) << opened.error().message;
}

TEST_P(DeviceSuite, raises_and_lowers_its_output_line_also_while_frames_come) {
  const auto device = open_device();
  EXPECT_FALSE(rig_->is_output_high());
  for (int i = 0; i < 2; ++i) {
    const auto raised = device->set_output("Line1", true);
    ASSERT_TRUE(raised) << raised.error().message;
    EXPECT_TRUE(rig_->is_output_high());
    ASSERT_TRUE(device->set_output("Line1", false));
    EXPECT_FALSE(rig_->is_output_high());
    if (i == 0) ASSERT_TRUE(device->start({}));
  }
  EXPECT_TRUE(device->next_frame(patience));
}

TEST_P(DeviceSuite, names_the_outputs_that_it_has_where_one_is_asked_for_that_it_has_not) {
  const auto device = open_device();
  const auto refused = device->set_output("Line7", true);
  ASSERT_TRUE(failed_with(ErrorCode::invalid_input, refused));
  EXPECT_EQ(refused.error().field, "line");
  EXPECT_NE(refused.error().message.find("Line1"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(device->check()) << "it goes on";
  device->close();
  EXPECT_FALSE(device->set_output("Line1", true));
}

// The simulator of GigE Vision begins shortly before its 16 bits of numbers run over.
TEST_P(DeviceSuite, numbers_frames_without_end) {
  const auto device = open_device();
  ASSERT_TRUE(device->configure({.exposure_ms = 0.5, .frame_rate = 200}));
  ASSERT_TRUE(device->start({}));
  std::uint64_t last = 0;
  for (int i = 0; i < 250; ++i) {
    const auto frame = device->next_frame(patience);
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_GT(frame->number, last);
    last = frame->number;
    ASSERT_EQ(frame->counters.missed, last - static_cast<std::uint64_t>(i) - 1);
  }
  EXPECT_LT(last, 5'000U);
}

}  // namespace
}  // namespace sightglass::camera
