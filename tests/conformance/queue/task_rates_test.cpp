// What ended in each queue, minute by minute, on every store.
#include "queue/task_rates.hpp"
#include "conformance/queue/expired_leases.hpp"

#include "queue/queue_figures.hpp"
#include "queue/rescue.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using core::TaskQueue;
using core::TaskState;
using database::Session;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t normal_place = 1;  // among all four

class TaskRates : public test::StoreTest {
 protected:
  // A whole hour, so that minutes and hours begin with it.
  static core::Instant at(std::int64_t seconds) { return core::from_micros((1'699'999'200 + seconds) * 1'000'000); }
  void count(const std::string& owner, TaskState end, std::int64_t when, milliseconds waited = milliseconds(20),
             milliseconds ran = milliseconds(300), TaskQueue queue = TaskQueue::normal) {
    const core::Instant began = at(when) - ran;
    RateTally tally;
    tally.add({.queue = queue, .run_at = began - waited}, end, began, ran, at(when));
    test::must(write([&](Session& s) { return tally.write(s, owner); }));
  }
  std::vector<QueueHistory> history(std::int64_t from, std::int64_t until, seconds step = minutes(1)) {
    return test::must(
        read([&](Session& s) { return rate_history(s, {.from = at(from), .until = at(until), .step = step}); }));
  }
  std::vector<RatePoint> normal(std::int64_t from, std::int64_t until, seconds step = minutes(1)) {
    return history(from, until, step).at(normal_place).points;
  }
  Rate total() {
    return test::must(read([](Session& s) { return rate_totals(s); })).at(normal_place).second;
  }
  std::int64_t fold(core::Instant now) {
    return test::must(write([&](Session& s) { return fold_rates(s, now); }));
  }
  std::int64_t rows() {
    return test::must(read([](Session& s) {
             return s.first("SELECT count(*) FROM task_rates", {}, [](const database::Row& r) { return r.integer(0); });
           }))
        .value();
  }
  core::TaskId claim_one(const std::string& owner, std::int64_t when) {
    const auto id =
        test::must(write([&](Session& s) { return enqueue(s, {.kind = "count_parts", .max_attempts = 2}, at(when)); }));
    test::must(write([&](Session& s) { return claim(s, TaskQueue::normal, owner, 1, seconds(60), at(when + 1)); }));
    return id;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, TaskRates, test::all_stores());

TEST_P(TaskRates, add_up_in_the_row_of_their_owner_and_over_all_owners) {
  count("a", TaskState::completed, 61);
  count("a", TaskState::completed, 62);
  count("b", TaskState::retryable, 119);
  count("b", TaskState::discarded, 120);
  count("b", TaskState::cancelled, 121);
  count("b", TaskState::available, 122);  // given back: no end
  EXPECT_EQ(rows(), 3);
  const auto points = normal(0, 300);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].at, at(60));
  EXPECT_EQ(points[0].rate.completed, 2);
  EXPECT_EQ(points[0].rate.failed, 1);
  EXPECT_EQ(points[0].rate.wait.total(), 3);
  EXPECT_EQ(points[0].rate.run.sum, milliseconds(900));
  EXPECT_EQ(points[1].rate.discarded, 1);
  EXPECT_EQ(points[1].rate.cancelled, 1);
  EXPECT_EQ(normal(0, 300, minutes(5)).size(), 1U);
  EXPECT_EQ(normal(0, 300, minutes(5)).at(0).rate.completed, 2);
}

TEST_P(TaskRates, keep_queues_apart_and_name_all_of_them) {
  count("a", TaskState::completed, 1, milliseconds(1), milliseconds(1), TaskQueue::batch);
  const auto all = history(0, 60);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_TRUE(all[normal_place].points.empty());
  EXPECT_EQ(all[2].queue, TaskQueue::batch);
  EXPECT_EQ(all[2].points.size(), 1U);
}

TEST_P(TaskRates, write_several_minutes_and_queues_at_once) {
  RateTally tally;
  for (const auto queue : {TaskQueue::high_priority, TaskQueue::normal})
    for (const std::int64_t when : {10, 70})
      tally.add({.queue = queue, .run_at = at(when)}, TaskState::completed, at(when), milliseconds(5), at(when));
  test::must(write([&](Session& s) { return tally.write(s, "a"); }));
  test::must(write([&](Session& s) { return tally.write(s, "a"); }));
  EXPECT_EQ(rows(), 4);
  EXPECT_EQ(normal(0, 120).at(1).rate.completed, 2);
}

TEST_P(TaskRates, become_hours_and_then_totals_and_lose_nothing) {
  count("a", TaskState::completed, 10);
  count("b", TaskState::completed, 100);
  count("a", TaskState::completed, 3'700);
  const auto before = total();
  EXPECT_EQ(fold(at(0) + minutes_kept), 0);
  EXPECT_EQ(rows(), 3);
  EXPECT_EQ(fold(at(0) + minutes_kept + hours(1)), 2);
  EXPECT_EQ(rows(), 2);
  ASSERT_EQ(normal(0, 7'200, hours(1)).size(), 2U);
  EXPECT_EQ(normal(0, 7'200, hours(1)).at(0).rate.completed, 2);
  EXPECT_EQ(fold(at(0) + hours_kept + hours(3)), 3);  // the last minute goes by its hour to the totals
  EXPECT_EQ(rows(), 1);
  EXPECT_TRUE(normal(0, 7'200, hours(1)).empty());
  EXPECT_EQ(total().completed, before.completed);
  EXPECT_EQ(total().run.counts, before.run.counts);
  EXPECT_EQ(total().wait.sum, before.wait.sum);
  count("a", TaskState::completed, 5);
  EXPECT_EQ(total().completed, before.completed + 1);
}

TEST_P(TaskRates, count_what_fails_beside_the_worker_that_tells_it) {
  const auto lost = claim_one("gone", 0);
  test::must(write([&](Session& s) { return rescue_owner(s, "gone", at(5)); }));
  EXPECT_EQ(normal(0, 60).at(0).rate.failed, 1);
  test::must(write([&](Session& s) { return claim(s, TaskQueue::normal, "gone too", 1, seconds(60), at(1'000)); }));
  test::must(write([&](Session& s) { return rescue_expired(s, at(1'200)); }));
  EXPECT_EQ(normal(1'200, 1'260).at(0).rate.discarded, 1);
  EXPECT_EQ(test::must(read([&](Session& s) { return find(s, lost); }))->state, TaskState::discarded);
  claim_one("late", 2'000);
  const auto late = claim_one("late", 2'000);
  EXPECT_TRUE(test::must(write([&](Session& s) {
    return fail(s, late, "late", {.message = "too late", .code = "timeout", .retry = Retry::pointless}, at(2'005));
  })));
  EXPECT_EQ(normal(2'000, 2'040).at(0).rate.discarded, 1);
}

TEST_P(TaskRates, tell_how_the_queues_stand) {
  claim_one("w", 0);
  test::must(write([&](Session& s) { return enqueue(s, {.kind = "count_parts"}, at(10)); }));
  test::must(write([&](Session& s) { return enqueue(s, {.kind = "count_parts", .run_at = at(500)}, at(11)); }));
  const auto figures = test::must(read([&](Session& s) { return queue_figures(s, at(100)); }));
  ASSERT_EQ(figures.size(), 4U);
  const auto& normal = figures[normal_place];
  EXPECT_EQ(normal.tasks.at(TaskState::running), 1);
  EXPECT_EQ(normal.tasks.at(TaskState::available), 1);
  EXPECT_EQ(normal.tasks.at(TaskState::scheduled), 1);
  EXPECT_EQ(normal.oldest_due, at(10));
  EXPECT_EQ(figures[0].oldest_due, std::nullopt);
  EXPECT_FALSE(normal.is_paused);
}

}  // namespace
}  // namespace sightglass::queue
