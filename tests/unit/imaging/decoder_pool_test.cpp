#include "imaging/decoder_pool.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/unix_fd.hpp"

namespace sightglass::imaging {
namespace {

runtime::UnixFd picture(std::string_view text) {
  runtime::UnixFd fd(::memfd_create("picture", MFD_CLOEXEC));
  EXPECT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  return fd;
}

DecoderPoolOptions options(std::string kind = "honest") {
  return {.executable = "/proc/self/exe", .arguments = {"--decode-child", std::move(kind)}};
}

core::Result<DerivedImages> derive(DecoderPool& pool, std::string_view text, std::int32_t timeout_ms = 20'000) {
  const auto fd = picture(text);
  return pool.derive(fd.get(), DerivePlan::for_job(), Limits{.timeout_ms = timeout_ms});
}

// The fake decoder sends its process id where the thumbnail would be.
std::string child_of(const core::Result<DerivedImages>& images) {
  return images ? images->thumbnail_jpeg : "no answer";
}

void wait_until(const std::function<bool()>& is_so) {
  while (!is_so()) std::this_thread::yield();
}

TEST(DecoderPool, gives_the_answer_of_a_child_that_got_the_picture_and_the_plan) {
  DecoderPool pool(options());
  const auto images = derive(pool, "a picture");
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->display_jpeg, "a picture");
  EXPECT_EQ(images->size, (core::Size{4000, 3000}));
  EXPECT_EQ(images->display_size, (core::Size{1024, 1024}));
}

TEST(DecoderPool, measures_without_losing_a_bit_of_the_perceptual_hash) {
  DecoderPool pool(options());
  const auto fd = picture("a picture");
  const auto properties = pool.measure(fd.get(), {});
  ASSERT_TRUE(properties) << properties.error().message;
  EXPECT_EQ(properties->perceptual_hash, ~0ULL);
  ASSERT_EQ(properties->dominant_colours.size(), 1U);
  EXPECT_EQ(properties->dominant_colours[0].share, 0.5);
}

TEST(DecoderPool, starts_its_first_child_before_it_is_asked) {
  DecoderPool pool(options("confined"));
  wait_until([&] { return !pool.sandbox().empty(); });
  EXPECT_EQ(pool.alive(), 1);
  EXPECT_NE(pool.sandbox().find("seccomp"), std::string::npos) << pool.sandbox();
}

TEST(DecoderPool, decodes_in_a_confined_child) {
  DecoderPool pool(options("confined"));
  const auto images = derive(pool, "confined");
  ASSERT_TRUE(images) << images.error().message << images.error().cause;
  EXPECT_EQ(images->display_jpeg, "confined");
}

TEST(DecoderPool, passes_on_the_error_a_child_reports_and_keeps_the_child) {
  DecoderPool pool(options());
  const auto before = child_of(derive(pool, "good"));
  const auto refused = derive(pool, "broken");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(refused.error().message, "broken on purpose");
  const auto exhausted = derive(pool, "throw");
  ASSERT_FALSE(exhausted);
  EXPECT_EQ(exhausted.error().code, core::ErrorCode::too_large);
  EXPECT_EQ(child_of(derive(pool, "good")), before);
}

TEST(DecoderPool, calls_a_picture_corrupt_that_crashed_the_decoder_and_goes_on_with_another_child) {
  DecoderPool pool(options());
  const auto before = child_of(derive(pool, "good"));
  const auto crashed = derive(pool, "crash");
  ASSERT_FALSE(crashed);
  EXPECT_EQ(crashed.error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(crashed.error().message, "the picture crashed the decoder");
  const auto after = derive(pool, "good");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_NE(child_of(after), before);
}

TEST(DecoderPool, does_not_blame_the_picture_for_a_child_that_somebody_else_ended) {
  DecoderPool pool(options());
  for (const std::string_view end : {"killed", "exit"}) {
    const auto ended = derive(pool, end);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, core::ErrorCode::unavailable) << end;
  }
  const auto again = derive(pool, "killed once");
  ASSERT_TRUE(again) << "a fresh child is tried once: " << again.error().message;
  EXPECT_EQ(again->display_jpeg, "well enough");
}

TEST(DecoderPool, kills_a_child_that_takes_too_long) {
  DecoderPool pool(options());
  const auto late = derive(pool, "hang", 50);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, core::ErrorCode::timeout);
  EXPECT_TRUE(derive(pool, "good"));
  EXPECT_EQ(pool.alive(), 1);
}

TEST(DecoderPool, refuses_an_answer_that_breaks_the_protocol_and_drops_the_child) {
  DecoderPool pool(options());
  const auto before = child_of(derive(pool, "good"));
  const auto garbled = derive(pool, "garbage");
  ASSERT_FALSE(garbled);
  EXPECT_EQ(garbled.error().code, core::ErrorCode::internal);
  EXPECT_NE(child_of(derive(pool, "good")), before);
}

TEST(DecoderPool, replaces_a_child_that_was_killed_while_idle_without_blaming_the_picture) {
  DecoderPool pool(options());
  const auto before = child_of(derive(pool, "good"));
  ASSERT_EQ(::kill(std::stoi(before), SIGKILL), 0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(std::stoi(before)), &info, WEXITED | WNOWAIT), 0);
  const auto after = derive(pool, "good");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_NE(child_of(after), before);
}

TEST(DecoderPool, replaces_a_child_after_its_share_of_pictures) {
  auto few = options();
  few.pictures_per_child = 2;
  DecoderPool pool(few);
  const auto first = child_of(derive(pool, "1"));
  EXPECT_EQ(child_of(derive(pool, "2")), first);
  EXPECT_NE(child_of(derive(pool, "3")), first);
}

TEST(DecoderPool, replaces_a_child_that_grew_too_large) {
  auto small = options();
  small.max_resident_bytes = 1;
  DecoderPool pool(small);
  const auto first = child_of(derive(pool, "1"));
  EXPECT_NE(child_of(derive(pool, "2")), first);
}

TEST(DecoderPool, serves_more_callers_than_children_one_after_the_other) {
  DecoderPool pool(options());
  std::vector<std::thread> callers;
  std::atomic<int> good{0};
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&, text = "picture " + std::to_string(i)] {
      const auto images = derive(pool, text);
      if (images && images->display_jpeg == text) ++good;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(good, 12);
  EXPECT_LE(pool.alive(), 2);
}

TEST(DecoderPool, refuses_callers_when_too_many_wait) {
  auto narrow = options();
  narrow.max_children = 1;
  narrow.max_waiting = 0;
  DecoderPool pool(narrow);
  wait_until([&] { return !pool.sandbox().empty(); });
  std::thread busy([&] { EXPECT_FALSE(derive(pool, "hang", 500)); });
  core::Result<DerivedImages> refused = DerivedImages{};
  wait_until([&] {
    refused = derive(pool, "good");
    return !refused;
  });
  EXPECT_EQ(refused.error().code, core::ErrorCode::quota_exceeded);
  busy.join();
}

TEST(DecoderPool, gives_up_waiting_after_the_longest_wait) {
  auto narrow = options();
  narrow.max_children = 1;
  narrow.max_wait = std::chrono::milliseconds{20};
  DecoderPool pool(narrow);
  wait_until([&] { return !pool.sandbox().empty(); });
  std::thread busy([&] { EXPECT_FALSE(derive(pool, "hang", 1'000)); });
  core::Result<DerivedImages> refused = DerivedImages{};
  wait_until([&] {
    refused = derive(pool, "good");
    return !refused;
  });
  EXPECT_EQ(refused.error().code, core::ErrorCode::quota_exceeded);
  busy.join();
}

TEST(DecoderPool, retires_idle_children_but_one) {
  auto brief = options();
  brief.idle_time = std::chrono::milliseconds{50};
  DecoderPool pool(brief);
  // Both callers hold their child until the picture's text changes, so the second one needs a child of its own.
  const auto held = picture("wait");
  const auto hold = [&] { EXPECT_TRUE(pool.derive(held.get(), DerivePlan::for_job(), {})); };
  std::thread one(hold);
  std::thread other(hold);
  wait_until([&] { return pool.alive() == 2; });
  ASSERT_EQ(::pwrite(held.get(), "done", 4, 0), 4);
  one.join();
  other.join();
  wait_until([&] { return pool.alive() == 1; });
  EXPECT_TRUE(derive(pool, "still serves"));
  EXPECT_EQ(pool.alive(), 1);
}

TEST(DecoderPool, says_unavailable_when_the_program_does_not_exist) {
  auto missing = options();
  missing.executable = "/nonexistent/sightglass-worker";
  DecoderPool pool(missing);
  const auto images = derive(pool, "good");
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(pool.alive(), 0);
}

TEST(DecoderPool, says_unavailable_when_the_program_ends_at_once) {
  DecoderPool pool(options("fails"));
  const auto images = derive(pool, "good");
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().code, core::ErrorCode::unavailable);
}

TEST(DecoderPool, says_unavailable_when_the_program_never_greets) {
  auto mute = options("mute");
  mute.start_timeout = std::chrono::milliseconds{50};
  DecoderPool pool(mute);
  const auto images = derive(pool, "good");
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().code, core::ErrorCode::unavailable);
}

TEST(DecoderPool, leaves_no_child_behind) {
  std::string child;
  {
    DecoderPool pool(options());
    child = child_of(derive(pool, "good"));
  }
  EXPECT_EQ(::kill(std::stoi(child), 0), -1);
}

}  // namespace
}  // namespace sightglass::imaging
