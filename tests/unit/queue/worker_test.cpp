#include "queue/worker.hpp"

#include <unistd.h>

#include <array>
#include <map>
#include <set>
#include <thread>

#include "queue/task_rates.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using database::Session;

class ManualClock final : public core::Clock {
 public:
  core::Instant now() const override { return now_; }
  core::Instant now_ = core::from_micros(1'700'000'000'000'000);
};

// A store whose next answer is lost on the way, after the commit.
class LosesAnAnswer final : public database::Database {
 public:
  explicit LosesAnAnswer(database::Database& store) : store_(store) {}
  core::Result<void> read_work(const Work& work) override { return store_.read_work(work); }
  core::Result<void> write_work(const Work& work) override {
    SG_TRY(store_.write_work(work));
    if (!std::exchange(loses_next, false)) return {};
    return core::fail(core::unavailable("the connection broke"));
  }
  core::Result<void> migrate() override { return store_.migrate(); }
  core::Result<std::vector<std::string>> verify() override { return store_.verify(); }
  bool loses_next = false;

 private:
  database::Database& store_;
};

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() { test::must(database_->migrate()); }
  core::TaskId add(const std::string& kind) {
    return test::must(database_->write([&](Session& s) { return enqueue(s, {.kind = kind}, clock_.now()); }));
  }
  core::Task get(core::TaskId id) {
    return test::must(database_->read([&](Session& s) { return find(s, id); })).value();
  }
  Worker worker(TaskHandlers handlers, int wake_fd = -1) {
    return Worker(*database_, clock_, std::move(handlers), {.owner = "w", .wake_fd = wake_fd}, [] { return 0.5; });
  }
  // One claim, recorded; false when nothing was due.
  static bool work(Worker& worker) {
    const bool worked = test::must(worker.run_some());
    test::must(worker.record());
    return worked;
  }
  test::TemporaryDirectory directory_;
  std::unique_ptr<database::Database> database_ = test::must(database::sqlite::open_sqlite(directory_.path() / "a.db"));
  ManualClock clock_;
};

TEST_F(WorkerTest, completes_a_task_with_what_its_handler_returned) {
  const auto id = add("good");
  Worker w =
      worker({{"good", [](const core::Task&, TaskContext&) { return core::Result<std::string>(R"({"n":1})"); }}});
  EXPECT_TRUE(work(w));
  EXPECT_EQ(get(id).result, R"({"n":1})");
  EXPECT_EQ(get(id).state, core::TaskState::completed);
  EXPECT_FALSE(work(w));
}

TEST_F(WorkerTest, gives_back_what_it_never_heard_that_it_claimed) {
  std::vector<core::TaskId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(add("good"));
  LosesAnAnswer store(*database_);
  int runs = 0;
  TaskHandlers handlers{{"good", [&](const core::Task&, TaskContext&) {
                           ++runs;
                           return core::Result<std::string>("null");
                         }}};
  Worker w(store, clock_, std::move(handlers), {.owner = "w"}, [] { return 0.5; });
  store.loses_next = true;
  EXPECT_FALSE(w.run_some());
  const auto held = test::must(database_->read([](Session& s) { return list_held(s, "w"); }));
  ASSERT_FALSE(held.empty());
  while (work(w)) {
  }
  EXPECT_EQ(runs, 3);
  for (const auto id : ids) {
    EXPECT_EQ(get(id).state, core::TaskState::completed);
    EXPECT_EQ(get(id).attempts, 1);
  }
}

TEST_F(WorkerTest, keeps_what_the_handler_said_and_counts_what_ended) {
  const auto good = add("good");
  const auto bad = add("bad");
  Worker w = worker({{"good",
                      [](const core::Task&, TaskContext& context) -> core::Result<std::string> {
                        context.log.say("one of two");
                        return "null";
                      }},
                     {"bad", [](const core::Task&, TaskContext& context) -> core::Result<std::string> {
                        context.log.warn("that looks bad");
                        return core::fail(core::ErrorCode::corrupt_image, "broken");
                      }}});
  while (work(w)) {
  }
  const auto said = [&](core::TaskId id) {
    return test::must(database_->read([&](Session& s) { return logs_of(s, id); })).at(0).lines;
  };
  EXPECT_NE(said(good).find("one of two"), std::string::npos);
  EXPECT_NE(said(bad).find("that looks bad"), std::string::npos);
  const auto totals = test::must(database_->read([](Session& s) { return rate_totals(s); }));
  EXPECT_EQ(totals.at(1).second.completed, 1);
  EXPECT_EQ(totals.at(1).second.discarded, 1);
  EXPECT_EQ(totals.at(1).second.run.total(), 2);
}

TEST_F(WorkerTest, counts_a_task_that_its_handler_completed_itself_and_none_that_it_lost) {
  const auto own = add("own");
  Worker w = worker({{"own",
                      [](const core::Task& task, TaskContext& context) -> core::Result<std::string> {
                        SG_TRY(context.database.write(
                            [&](Session& s) { return complete(s, task.id, context.owner, "1", context.clock.now()); }));
                        return "2";
                      }},
                     {"lost", [](const core::Task& task, TaskContext& context) -> core::Result<std::string> {
                        SG_TRY(context.database.write([&](Session& s) {
                          return give_back(s, task.id, context.owner, context.clock.now() + std::chrono::hours(1));
                        }));
                        return "2";
                      }}});
  EXPECT_TRUE(work(w));
  EXPECT_EQ(get(own).result, "1");
  add("lost");
  EXPECT_TRUE(work(w));
  const auto totals = test::must(database_->read([](Session& s) { return rate_totals(s); }));
  EXPECT_EQ(totals.at(1).second.completed, 1);
}

TEST_F(WorkerTest, discards_a_task_of_unknown_kind_saying_so) {
  const auto id = add("strange");
  Worker w = worker({});
  EXPECT_TRUE(work(w));
  EXPECT_EQ(get(id).state, core::TaskState::discarded);
  EXPECT_NE(get(id).error.find("strange"), std::string::npos);
}

TEST_F(WorkerTest, retries_what_may_pass_and_survives_a_handler_that_throws) {
  const auto away = add("away");
  const auto bug = add("bug");
  const auto corrupt = add("corrupt");
  Worker w = worker({
      {"away",
       [](const core::Task&, TaskContext&) -> core::Result<std::string> {
         return core::fail(core::unavailable("no disk"));
       }},
      {"bug", [](const core::Task&, TaskContext&) -> core::Result<std::string> { throw std::runtime_error("oops"); }},
      {"corrupt",
       [](const core::Task&, TaskContext&) -> core::Result<std::string> {
         return core::fail(core::ErrorCode::corrupt_image, "broken");
       }},
  });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(work(w));
  EXPECT_EQ(get(away).state, core::TaskState::retryable);
  EXPECT_EQ(get(away).attempts, 0) << "the store's fault";
  EXPECT_EQ(get(bug).attempts, 1);
  EXPECT_EQ(get(bug).state, core::TaskState::retryable);
  EXPECT_EQ(get(corrupt).state, core::TaskState::discarded);
}

TEST_F(WorkerTest, finishes_its_work_and_returns_when_its_parent_is_gone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto id = add("good");
  ::close(ends[1]);
  Worker w =
      worker({{"good", [](const core::Task&, TaskContext&) { return core::Result<std::string>("{}"); }}}, ends[0]);
  w.run();
  ::close(ends[0]);
  EXPECT_EQ(get(id).state, core::TaskState::completed);
}

TEST_F(WorkerTest, runs_many_short_tasks_of_one_claim_and_records_each) {
  std::vector<core::TaskId> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(add("good"));
  int calls = 0;
  Worker w = worker({{"good", [&](const core::Task&, TaskContext&) {
                        ++calls;
                        return core::Result<std::string>("{}");
                      }}});
  int claims = 0;
  while (work(w)) ++claims;
  EXPECT_EQ(calls, 300);
  EXPECT_LT(claims, 150);
  for (const auto id : ids) EXPECT_EQ(get(id).state, core::TaskState::completed);
}

TEST_F(WorkerTest, serves_only_its_own_queues) {
  const auto normal = add("good");
  Worker w(*database_, clock_,
           {{"good", [](const core::Task&, TaskContext&) { return core::Result<std::string>("{}"); }}},
           {.owner = "w", .queues = {core::TaskQueue::high_priority}}, [] { return 0.5; });
  EXPECT_FALSE(work(w));
  EXPECT_EQ(get(normal).state, core::TaskState::available);
}

TEST_F(WorkerTest, ends_to_be_replaced_after_its_share_of_tasks) {
  for (int i = 0; i < 5; ++i) add("good");
  Worker w(*database_, clock_,
           {{"good", [](const core::Task&, TaskContext&) { return core::Result<std::string>("{}"); }}},
           {.owner = "w", .most_at_once = 1, .max_tasks = 3}, [] { return 0.5; });
  EXPECT_EQ(w.run(), Worker::Ending::worn_out);
  const auto counts = test::must(database_->read([](Session& s) { return count_by_state(s); }));
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].state, core::TaskState::available);
  EXPECT_EQ(counts[0].count, 2);
}

TEST_F(WorkerTest, tells_a_handler_of_a_cancellation_and_ends_its_task_as_cancelled) {
  const auto id = add("long");
  Worker w(*database_, clock_,
           {{"long",
             [&](const core::Task& task, TaskContext& context) -> core::Result<std::string> {
               EXPECT_EQ(test::must(database_->write([&](Session& s) { return cancel(s, task.id, clock_.now()); })),
                         Cancellation::requested);
               context.signals.stop.wait(StopReason::none);
               EXPECT_TRUE(context.should_stop());
               return core::fail(core::ErrorCode::cancelled, "stopped half-way");
             }}},
           {.owner = "w", .beat = std::chrono::milliseconds(5)}, [] { return 0.5; });
  EXPECT_TRUE(work(w));
  EXPECT_EQ(get(id).state, core::TaskState::cancelled);
}

TEST_F(WorkerTest, tells_a_handler_that_its_lease_went_to_another_and_keeps_nothing_of_it) {
  const auto id = add("long");
  Worker w(*database_, clock_,
           {{"long",
             [&](const core::Task& task, TaskContext& context) -> core::Result<std::string> {
               EXPECT_TRUE(
                   test::must(database_->write([&](Session& s) { return give_back(s, task.id, "w", clock_.now()); })));
               context.signals.stop.wait(StopReason::none);
               EXPECT_EQ(context.signals.stop.load(), StopReason::lost);
               return std::string("{}");
             }}},
           {.owner = "w", .beat = std::chrono::milliseconds(5)}, [] { return 0.5; });
  EXPECT_TRUE(work(w));
  EXPECT_EQ(get(id).state, core::TaskState::available);
  EXPECT_EQ(get(id).result, "null");
}

TEST_F(WorkerTest, stores_the_progress_while_a_task_runs) {
  const auto id = add("long");
  Worker w(*database_, clock_,
           {{"long",
             [&](const core::Task& task, TaskContext& context) -> core::Result<std::string> {
               context.set_progress(40);
               while (get(task.id).progress != 40) std::this_thread::yield();
               return std::string("{}");
             }}},
           {.owner = "w", .beat = std::chrono::milliseconds(5)}, [] { return 0.5; });
  EXPECT_TRUE(work(w));
  EXPECT_EQ(get(id).progress, 100);
}

TEST(QueueTurns, gives_each_queue_its_share_and_starves_none) {
  using enum core::TaskQueue;
  const std::array served{high_priority, normal, batch};
  QueueTurns turns(served);
  turns.weigh(std::array{QueueState{.queue = high_priority, .weight = 8}, QueueState{.queue = normal, .weight = 4},
                         QueueState{.queue = batch, .weight = 2}, QueueState{.queue = ml_training, .weight = 1}});
  std::map<core::TaskQueue, int> begins;
  int same = 0;
  core::TaskQueue last = batch;
  for (int turn = 0; turn < 140; ++turn) {
    const auto order = turns.next();
    ASSERT_EQ(order.size(), 3U);
    EXPECT_EQ(std::set<core::TaskQueue>(order.begin(), order.end()).size(), 3U);
    same = order[0] == last ? same + 1 : 1;
    last = order[0];
    EXPECT_LE(same, 2);
    ++begins[order[0]];
  }
  EXPECT_EQ(begins[high_priority], 80);
  EXPECT_EQ(begins[normal], 40);
  EXPECT_EQ(begins[batch], 20);
}

}  // namespace
}  // namespace sightglass::queue
