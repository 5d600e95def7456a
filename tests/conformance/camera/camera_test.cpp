// What the owner of a device must do on every kind of camera.
#include "conformance/camera/suite.hpp"

namespace sightglass::camera {
namespace {

using core::ErrorCode;

class OwnerSuite : public CameraSuite {};
INSTANTIATE_TEST_SUITE_P(Camera, OwnerSuite, testing::Values(simulated_rig(), gige_rig()),
                         [](const testing::TestParamInfo<RigKind>& info) { return info.param.name; });

TEST_P(OwnerSuite, keeps_its_stream_between_captures) {
  auto camera = make_camera();
  std::uint64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    const auto shot = camera->capture();
    ASSERT_TRUE(shot) << shot.error().message;
    EXPECT_EQ(shot->tries, 1);
    EXPECT_GT(shot->frame.number, last);
    last = shot->frame.number;
  }
  EXPECT_EQ(camera->states(), (std::vector{State::idle, State::streaming}));
  EXPECT_EQ((*camera)->status().captures, 3U);
}

TEST_P(OwnerSuite, ends_a_stream_that_nobody_needed_for_a_while) {
  auto camera = make_camera({.warm_time = std::chrono::milliseconds(1)});
  ASSERT_TRUE(camera->capture());
  camera->await(State::idle, 2);
  EXPECT_EQ(camera->states(), (std::vector{State::idle, State::streaming, State::idle}));
}

TEST_P(OwnerSuite, answers_several_clients_in_their_order) {
  auto camera = make_camera();
  std::vector<std::future<core::Result<Shot>>> answers;
  for (int i = 0; i < 6; ++i) answers.push_back(camera->begin_capture({.exposure_ms = 2.0 + i}));
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto shot = answers[i].get();
    ASSERT_TRUE(shot) << shot.error().message;
    EXPECT_NEAR(*shot->frame.settings.exposure_ms, 2.0 + static_cast<double>(i), 0.01);
    EXPECT_GT(shot->frame.number, last);
    last = shot->frame.number;
  }
}

TEST_P(OwnerSuite, refuses_more_waiting_captures_than_it_may_have) {
  auto camera = make_camera({.max_waiting = 2});
  std::vector<std::future<core::Result<Shot>>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(camera->begin_capture());
  int refused = 0;
  for (auto& answer : answers) {
    const auto shot = answer.get();
    if (shot) continue;
    EXPECT_TRUE(failed_with(ErrorCode::quota_exceeded, shot));
    ++refused;
  }
  EXPECT_GE(refused, 1);
}

TEST_P(OwnerSuite, puts_back_what_was_set_for_one_picture) {
  auto camera = make_camera();
  const auto special = camera->capture({.exposure_ms = 8, .gain = 3, .region = Region{64, 64, 128, 64}});
  ASSERT_TRUE(special) << special.error().message;
  EXPECT_EQ(special->frame.image.size, (core::Size{128, 64}));
  EXPECT_NEAR(*special->frame.settings.gain, 3, 0.1);
  const auto plain = camera->capture();
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->frame.image.size, (core::Size{256, 128}));
  EXPECT_NEAR(*plain->frame.settings.exposure_ms, 5, 0.01);
  EXPECT_NEAR(*plain->frame.settings.gain, 0, 0.1);
}

TEST_P(OwnerSuite, keeps_what_was_configured_over_a_reopening) {
  auto camera = make_camera();
  const auto set = camera->configure({.exposure_ms = 7});
  ASSERT_TRUE(set) << set.error().message;
  rig_->vanish();
  camera->await(State::disconnected);
  rig_->come_back();
  camera->await(State::idle, 2);
  const auto shot = camera->capture();
  ASSERT_TRUE(shot) << shot.error().message;
  EXPECT_NEAR(*shot->frame.settings.exposure_ms, 7, 0.01);
  EXPECT_EQ(shot->frame.image.size, (core::Size{256, 128}));
}

TEST_P(OwnerSuite, says_after_four_tries_what_went_wrong_each_time) {
  auto camera = make_camera({.transfer_patience = std::chrono::milliseconds(400)});
  ASSERT_TRUE(camera->capture());
  rig_->lose_all_frames(true);
  const auto lost = camera->capture();
  ASSERT_TRUE(failed_with(ErrorCode::internal, lost));
  for (const std::string part : {"in 4 tries", "1: no frame within 405 ms.", "4: no frame within 405 ms."}) {
    EXPECT_NE(lost.error().message.find(part), std::string::npos) << lost.error().message;
  }
  rig_->lose_all_frames(false);
  const auto found = camera->capture();
  EXPECT_TRUE(found) << found.error().message;
  EXPECT_EQ((*camera)->status().failed_captures, 1U);
}

TEST_P(OwnerSuite, gives_no_frame_that_arrived_in_part) {
  auto camera = make_camera();
  ASSERT_TRUE(camera->capture());
  rig_->lose_parts_of_frames(true);
  const auto shot = camera->capture();
  ASSERT_TRUE(failed_with(ErrorCode::internal, shot));
  EXPECT_NE(shot.error().message.find("arrived in part"), std::string::npos) << shot.error().message;
  EXPECT_GE((*camera)->status().counters.failed, 1U);
  rig_->lose_parts_of_frames(false);
  EXPECT_TRUE(camera->capture());
}

TEST_P(OwnerSuite, opens_again_what_was_lost_while_frames_came) {
  auto camera = make_camera();
  FrameBox box;
  const auto viewer = (*camera)->watch(box.lid());
  box.await(2);
  rig_->vanish();
  camera->await(State::disconnected);
  EXPECT_TRUE(failed_with(ErrorCode::unavailable, camera->capture()));
  EXPECT_FALSE(camera->fault().empty());
  rig_->come_back();
  camera->await(State::streaming, 2);
  const auto shot = camera->capture();
  ASSERT_TRUE(shot) << shot.error().message;
  EXPECT_EQ((*camera)->status().reopened, 1U);
  EXPECT_TRUE((*camera)->status().fault.empty());
}

TEST_P(OwnerSuite, waits_for_another_program_to_let_go) {
  rig_->let_another_take_control();
  auto camera = make_camera();
  camera->await(State::disconnected);
  EXPECT_NE(camera->fault().find("Another program holds control"), std::string::npos) << camera->fault();
  rig_->let_another_go();
  camera->await(State::idle);
  EXPECT_TRUE(camera->capture());
}

TEST_P(OwnerSuite, gives_each_frame_of_a_trigger_and_no_captures_meanwhile) {
  auto camera = make_camera();
  ASSERT_TRUE(camera->capture());
  EXPECT_TRUE(failed_with(ErrorCode::conflict, camera->trigger()));
  FrameBox box;
  {
    const auto armed = (*camera)->arm({.source = Trigger::Source::line, .line = "Line0"}, box.lid());
    ASSERT_TRUE(armed) << armed.error().message;
    EXPECT_TRUE(failed_with(ErrorCode::conflict, (*camera)->arm({}, box.lid())));
    EXPECT_TRUE(failed_with(ErrorCode::conflict, camera->capture()));
    EXPECT_TRUE(failed_with(ErrorCode::conflict, camera->configure({.binning = 2})));
    EXPECT_TRUE(failed_with(ErrorCode::conflict, camera->trigger()));
    camera->await(State::armed);
    for (std::size_t i = 1; i <= 3; ++i) {
      rig_->pulse_line();
      EXPECT_EQ(box.await(i).size(), i);
    }
    EXPECT_TRUE(camera->configure({.exposure_ms = 4}));
  }
  const auto shot = camera->capture();
  EXPECT_TRUE(shot) << shot.error().message;
}

TEST_P(OwnerSuite, is_triggered_by_software_while_armed_for_that) {
  auto camera = make_camera();
  FrameBox box;
  const auto armed = (*camera)->arm({.source = Trigger::Source::software}, box.lid());
  ASSERT_TRUE(armed) << armed.error().message;
  for (std::size_t i = 1; i <= 3; ++i) {
    const auto triggered = camera->trigger();
    ASSERT_TRUE(triggered) << triggered.error().message;
    EXPECT_EQ(box.await(i).size(), i);
  }
}

TEST_P(OwnerSuite, is_armed_again_after_a_loss) {
  auto camera = make_camera();
  FrameBox box;
  const auto armed = (*camera)->arm({.source = Trigger::Source::line, .line = "Line0"}, box.lid());
  ASSERT_TRUE(armed);
  camera->await(State::armed);
  rig_->vanish();
  camera->await(State::disconnected);
  rig_->come_back();
  camera->await(State::armed, 2);
  rig_->pulse_line();
  EXPECT_EQ(box.await(1).size(), 1U);
}

TEST_P(OwnerSuite, shows_viewers_all_frames_also_those_of_captures) {
  auto camera = make_camera();
  FrameBox box;
  const auto viewer = (*camera)->watch(box.lid());
  box.await(3);
  const auto shot = camera->capture();
  ASSERT_TRUE(shot) << shot.error().message;
  const auto frames = box.await(1);
  EXPECT_TRUE(std::ranges::any_of(frames, [&](const auto& frame) { return frame->number == shot->frame.number; }));
}

TEST_P(OwnerSuite, answers_who_waits_when_it_is_closed) {
  auto camera = make_camera({.transfer_patience = std::chrono::minutes(10)});
  ASSERT_TRUE(camera->capture());
  rig_->lose_all_frames(true);
  auto first = camera->begin_capture();
  auto second = camera->begin_capture();
  camera.reset();
  EXPECT_TRUE(failed_with(ErrorCode::unavailable, first.get()));
  EXPECT_TRUE(failed_with(ErrorCode::unavailable, second.get()));
}

}  // namespace
}  // namespace sightglass::camera
