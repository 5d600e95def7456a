// Every attempt of a task as people read it, with what was said in it, on every store.
#include "queue/task_attempts.hpp"

#include "queue/retry.hpp"
#include "queue/task_log.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using database::Session;
using std::chrono::seconds;

class ManualClock final : public core::Clock {
 public:
  core::Instant now() const override { return core::from_micros(1'700'000'000'000'000); }
};

class TaskAttempts : public test::StoreTest {
 protected:
  core::TaskId add() {
    return test::must(write([&](Session& s) { return enqueue(s, {.kind = "count_parts"}, instant(0)); }));
  }
  void take(const std::string& owner, std::int64_t at) {
    const auto taken = test::must(
        write([&](Session& s) { return claim(s, core::TaskQueue::normal, owner, 1, seconds(60), instant(at)); }));
    ASSERT_EQ(taken.size(), 1U);
  }
  std::vector<TaskAttempt> attempts(core::TaskId id) {
    return test::must(read([&](Session& s) -> core::Result<std::vector<TaskAttempt>> {
      SG_ASSIGN(const auto task, find(s, id));
      return attempts_of(s, *task);
    }));
  }
  void keep(core::TaskId id, std::int32_t attempt, std::string_view words) {
    TaskLog log(clock_, id);
    log.say(words);
    test::must(write([&](Session& s) { return keep_log(s, id, attempt, log.lines()); }));
  }
  ManualClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Stores, TaskAttempts, test::all_stores());

TEST_P(TaskAttempts, tell_failures_the_success_and_who_made_them) {
  const auto id = add();
  EXPECT_TRUE(attempts(id).empty());
  take("a", 1);
  ASSERT_EQ(attempts(id).size(), 1U);
  EXPECT_EQ(attempts(id)[0].end, AttemptEnd::running);
  EXPECT_EQ(attempts(id)[0].worker, "a");
  test::must(
      write([&](Session& s) { return fail(s, id, "a", {.message = "away", .code = "unavailable"}, instant(2)); }));
  EXPECT_EQ(attempts(id).size(), 1U);
  take("b", 100);
  keep(id, 2, "found 3 parts");
  test::must(write([&](Session& s) { return complete(s, id, "b", "null", instant(101)); }));
  const auto all = attempts(id);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].end, AttemptEnd::failed);
  EXPECT_EQ(all[0].error, "away");
  EXPECT_EQ(all[0].worker, "a");
  EXPECT_EQ(all[0].log, "[]");
  EXPECT_EQ(all[1].number, 2);
  EXPECT_EQ(all[1].end, AttemptEnd::completed);
  EXPECT_EQ(all[1].worker, "b");
  EXPECT_EQ(all[1].started_at, instant(100));
  EXPECT_EQ(all[1].ended_at, instant(101));
  EXPECT_NE(all[1].log.find("found 3 parts"), std::string::npos);
}

TEST_P(TaskAttempts, tell_one_that_was_stopped_also_after_the_task_was_tried_again) {
  const auto id = add();
  take("a", 1);
  test::must(write([&](Session& s) { return cancel(s, id, instant(2)); }));
  keep(id, 1, "stopping");
  EXPECT_TRUE(test::must(write([&](Session& s) { return stop_cancelled(s, id, "a", instant(3)); })));
  ASSERT_EQ(attempts(id).size(), 1U);
  EXPECT_EQ(attempts(id)[0].end, AttemptEnd::cancelled);
  EXPECT_EQ(attempts(id)[0].worker, "a");
  test::must(write([&](Session& s) { return try_again(s, id, instant(4)); }));
  take("b", 5);
  const auto all = attempts(id);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].end, AttemptEnd::cancelled);
  EXPECT_EQ(all[1].end, AttemptEnd::running);
}

TEST_P(TaskAttempts, leave_out_what_was_cancelled_before_it_began) {
  const auto id = add();
  test::must(write([&](Session& s) { return cancel(s, id, instant(1)); }));
  EXPECT_TRUE(attempts(id).empty());
}

TEST_P(TaskAttempts, keep_the_last_lines_and_go_with_their_task) {
  const auto id = add();
  take("a", 1);
  TaskLog log(clock_, id);
  for (int i = 0; i < 60; ++i) log.say("line " + std::to_string(i));
  test::must(write([&](Session& s) { return keep_log(s, id, 1, log.lines()); }));
  test::must(write([&](Session& s) { return keep_log(s, id, 1, log.lines()); }));
  ASSERT_EQ(attempts(id).size(), 1U);
  EXPECT_EQ(attempts(id)[0].log_dropped, 10);
  EXPECT_EQ(attempts(id)[0].log.find("line 9\""), std::string::npos);
  test::must(write([&](Session& s) { return complete(s, id, "a", "null", instant(2)); }));
  EXPECT_EQ(test::must(write([&](Session& s) { return prune_finished(s, instant(100), 100); })), 1);
  EXPECT_TRUE(test::must(read([&](Session& s) { return logs_of(s, id); })).empty());
  // Of a task that is gone nothing is kept, and nothing breaks.
  test::must(write([&](Session& s) { return keep_log(s, id, 1, log.lines()); }));
}

}  // namespace
}  // namespace sightglass::queue
