// Frames of the simulated belt, judged by the process that judges them in service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "unit/inspection/belt_ground.hpp"

namespace sightglass::inspection {
namespace {

using judging::make_frame_judge;

constexpr double always = 1;

// The processes whose parent is this one and that judge.
std::vector<pid_t> judging_processes() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(entry.path() / "children");
    for (pid_t pid = 0; children >> pid;) {
      std::string words;
      std::ifstream command("/proc/" + std::to_string(pid) + "/cmdline");
      std::getline(command, words);
      if (words.contains(std::string("judge\0", 6))) found.push_back(pid);
    }
  }
  return found;
}

class FrameJudgeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_backbone()) GTEST_SKIP() << "the backbone is absent: tools/fetch_models did not make it";
  }
  JudgeOrder order(std::uint64_t part, double defects, core::PixelFormat format = core::PixelFormat::mono8) const {
    return {.frame = belt_.frame(part, defects, format), .region = belt_.region(), .model = "belt"};
  }
  Belt belt_;
};

TEST_F(FrameJudgeTest, tells_defective_parts_from_good_ones_and_says_where) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  int wrong_goods = 0, found = 0, near = 0;
  constexpr int each = 8;
  for (std::uint64_t part = 0; part < each; ++part) {
    const auto good = judge->judge(order(part, 0));
    ASSERT_TRUE(good) << good.error().message;
    wrong_goods += good->is_anomalous ? 1 : 0;
    EXPECT_EQ(good->is_anomalous, !good->boxes.empty());
    const auto bad = judge->judge(order(part, always));
    ASSERT_TRUE(bad) << bad.error().message;
    EXPECT_EQ(bad->model, "belt@1");
    EXPECT_EQ(bad->map.size(), static_cast<std::size_t>(bad->map_size.pixels()));
    found += bad->is_anomalous ? 1 : 0;
    const auto defect = belt_.defect_of(part);
    near +=
        std::ranges::any_of(bad->boxes, [&](const core::Box& box) { return core::overlap(box, defect) > 0; }) ? 1 : 0;
  }
  RecordProperty("wrong_goods", wrong_goods);
  RecordProperty("found", found);
  RecordProperty("near", near);
  EXPECT_LE(wrong_goods, 1);
  EXPECT_GE(found, 7);
  EXPECT_GE(near, found - 1);
}

TEST_F(FrameJudgeTest, judges_every_layout_of_pixels_alike) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  const auto grey = judge->judge(order(3, 0));
  ASSERT_TRUE(grey) << grey.error().message;
  for (const auto format : {core::PixelFormat::mono12, core::PixelFormat::mono16}) {
    const auto deep = judge->judge(order(3, 0, format));
    ASSERT_TRUE(deep) << deep.error().message;
    EXPECT_NEAR(deep->score, grey->score, 0.5) << core::name_of(format);
  }
  const auto rgb = judge->judge(order(3, 0, core::PixelFormat::rgb8));
  const auto bgr = judge->judge(order(3, 0, core::PixelFormat::bgr8));
  ASSERT_TRUE(rgb && bgr);
  // The sensor draws its noise byte by byte.
  EXPECT_NEAR(rgb->score, bgr->score, 0.5);
}

TEST_F(FrameJudgeTest, looks_at_the_region_and_tells_places_of_the_whole_frame) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  auto wish = order(1, always);
  wish.region = core::Box{40, 30, 560, 450};
  wish.threshold = -100;
  const auto seen = judge->judge(wish);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->threshold, -100);
  ASSERT_TRUE(seen->is_anomalous);
  ASSERT_FALSE(seen->boxes.empty());
  for (const auto& box : seen->boxes) {
    EXPECT_GE(box.x, 40);
    EXPECT_GE(box.y, 30);
    EXPECT_LE(box.right(), 600.001);
    EXPECT_LE(box.bottom(), 480.001);
  }
  wish.threshold = 1000;
  const auto lenient = judge->judge(wish);
  ASSERT_TRUE(lenient);
  EXPECT_FALSE(lenient->is_anomalous);
  EXPECT_TRUE(lenient->boxes.empty());
  EXPECT_EQ(lenient->score, seen->score);
}

TEST_F(FrameJudgeTest, names_what_is_wrong_with_an_order) {
  BeltGround ground;
  const auto model = ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  const auto fault = [&](JudgeOrder wish) {
    const auto outcome = judge->judge(wish);
    return outcome ? core::Error{.message = "no error"} : outcome.error();
  };
  auto outside = order(0, 0);
  outside.region = core::Box{600, 0, 41, 10};
  EXPECT_EQ(fault(outside).field, "recipe.region");
  outside.region = core::Box{0.5, 0, 10, 10};
  EXPECT_EQ(fault(outside).field, "recipe.region");
  auto short_rows = order(0, 0);
  short_rows.frame.format = core::PixelFormat::rgb8;
  EXPECT_EQ(fault(short_rows).field, "frame.stride");
  auto cut = order(0, 0);
  cut.frame.size.height += 1;
  EXPECT_EQ(fault(cut).field, "frame.bytes");
  auto unknown_format = order(0, 0);
  unknown_format.frame.format = static_cast<core::PixelFormat>(99);
  EXPECT_EQ(fault(unknown_format).field, "frame.format");
  auto unknown = order(0, 0);
  for (const auto* name : {"bolt", "belt@2", "centernet", "centernet@1.0.0", "@", "belt@"}) {
    unknown.model = name;
    const auto error = fault(unknown);
    EXPECT_EQ(error.code, core::ErrorCode::not_found) << name;
    EXPECT_THAT(error.message, ::testing::HasSubstr(name));
  }
  unknown.model = std::string(1000, 'x');
  EXPECT_EQ(fault(unknown).code, core::ErrorCode::not_found);
  auto aligned = order(0, 0);
  aligned.align = true;
  EXPECT_EQ(fault(aligned).field, "recipe.align");
  auto tiny = order(0, 0);
  tiny.region = core::Box{0, 0, 3, 3};
  EXPECT_EQ(fault(tiny).code, core::ErrorCode::invalid_input);
  EXPECT_TRUE(judge->judge(order(0, 0)));
}

TEST_F(FrameJudgeTest, says_that_the_backbone_is_missing) {
  BeltGround ground(false);
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  const auto outcome = judge->judge(order(0, 0));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::not_found);
}

TEST_F(FrameJudgeTest, judges_nothing_without_a_model) {
  BeltGround ground(false);
  const auto judge = make_frame_judge(ground.options());
  auto wish = order(0, always);
  wish.model.clear();
  const auto outcome = judge->judge(wish);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->model, "");
  EXPECT_FALSE(outcome->is_anomalous);
  EXPECT_EQ(outcome->map_size, core::Size{});
}

TEST_F(FrameJudgeTest, finds_a_new_version_of_a_bare_name_and_leaves_a_removed_one) {
  BeltGround ground;
  const auto first = ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  const auto model_of = [&] {
    const auto outcome = judge->judge(order(0, 0));
    return outcome ? outcome->model : outcome.error().message;
  };
  EXPECT_EQ(model_of(), "belt@1");
  const auto second = ground.add_model("belt", "2");
  while (model_of() == "belt@1") std::this_thread::yield();
  EXPECT_EQ(model_of(), "belt@2");
  ground.set_state(second, "removed");
  while (model_of() == "belt@2") std::this_thread::yield();
  EXPECT_EQ(model_of(), "belt@1");
}

TEST_F(FrameJudgeTest, goes_on_after_the_process_was_killed) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  const auto before = judge->judge(order(2, 0));
  ASSERT_TRUE(before) << before.error().message;
  ASSERT_EQ(judging_processes().size(), 1U);
  const auto victim = judging_processes().front();
  ::kill(victim, SIGSTOP);  // so that it dies before it answers
  std::jthread killer([victim] { ::kill(victim, SIGKILL); });
  const auto after = judge->judge(order(2, 0));
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->score, before->score);
  EXPECT_NE(judging_processes().front(), victim);
}

TEST_F(FrameJudgeTest, gives_up_a_frame_over_which_two_processes_ended) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  std::atomic<bool> is_answered = false;
  std::jthread killer([&] {
    while (!is_answered)
      for (const auto pid : judging_processes()) ::kill(pid, SIGKILL);
  });
  const auto outcome = judge->judge(order(0, 0));
  is_answered = true;
  killer.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::unavailable);
  EXPECT_TRUE(judge->judge(order(0, 0)));
}

TEST_F(FrameJudgeTest, refuses_what_is_more_than_may_wait_and_serves_the_others) {
  BeltGround ground;
  ground.add_model("belt", "1");
  auto options = ground.options();
  options.most_waiting = 1;
  const auto judge = make_frame_judge(options);
  ASSERT_TRUE(judge->judge(order(0, 0)));
  ASSERT_EQ(judging_processes().size(), 1U);
  const auto process = judging_processes().front();
  ::kill(process, SIGSTOP);
  std::atomic<int> refused = 0, judged = 0;
  std::vector<std::jthread> callers;
  for (std::uint64_t caller = 0; caller < 6; ++caller)
    callers.emplace_back([&, caller] {
      const auto outcome = judge->judge(order(caller, 0));
      if (outcome) ++judged;
      if (!outcome && outcome.error().code == core::ErrorCode::quota_exceeded) ++refused;
    });
  // One is with the process, one waits.
  while (refused < 4) std::this_thread::yield();
  ::kill(process, SIGCONT);
  callers.clear();
  EXPECT_EQ(refused + judged, 6);
  EXPECT_GE(judged, 1);
}

TEST_F(FrameJudgeTest, is_warm_before_the_first_part_and_again_after_a_death) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  EXPECT_TRUE(judging_processes().empty());
  judge->warm("belt");
  judge->warm("no such model");
  while (judging_processes().empty()) std::this_thread::yield();
  const auto first = judging_processes().front();
  ::kill(first, SIGKILL);
  while (judging_processes().empty() || judging_processes().front() == first) std::this_thread::yield();
  EXPECT_TRUE(judge->judge(order(0, 0)));
}

TEST_F(FrameJudgeTest, draws_what_was_found_and_writes_it_below) {
  BeltGround ground;
  ground.add_model("belt", "1");
  const auto judge = make_frame_judge(ground.options());
  auto wish = order(1, always);
  wish.region = core::Box{40, 30, 560, 450};
  const auto found = judge->judge(wish);
  ASSERT_TRUE(found) << found.error().message;
  const Annotation words{.image_id = "Gehäuse 17 🙂\n\xff",
                         .verdict = "NG",
                         .words = "score 4.1 > 1.9",
                         .time = "2026-01-01T00:00:00Z",
                         .is_simulated = true};
  const auto jpeg = judge->annotate(wish.frame, wish.region, *found, words);
  ASSERT_TRUE(jpeg) << jpeg.error().message;
  const auto plain = judge->annotate(wish.frame, std::nullopt, {}, {});
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_NE(*jpeg, *plain);
  auto broken = *found;
  broken.map.pop_back();
  EXPECT_FALSE(judge->annotate(wish.frame, wish.region, broken, words));
  auto outside = wish.region;
  outside->x = 600;
  const auto refused = judge->annotate(wish.frame, outside, *found, words);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "recipe.region");
}

TEST(FrameJudgeWithoutAProgram, says_that_no_process_starts) {
  const auto judge = make_frame_judge({.executable = "/nonexistent/sightglass-worker"});
  const auto outcome = judge->judge({.frame = Belt().frame(0, 0), .model = "belt"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::unavailable);
}

}  // namespace
}  // namespace sightglass::inspection
