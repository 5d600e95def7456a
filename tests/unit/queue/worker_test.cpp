#include "queue/worker.hpp"

#include <unistd.h>

#include <array>
#include <map>

#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using database::Session;

class ManualClock final : public core::Clock {
 public:
  core::Instant now() const override { return now_; }
  core::Instant now_ = core::from_micros(1'700'000'000'000'000);
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
  test::TemporaryDirectory directory_;
  std::unique_ptr<database::Database> database_ = test::must(database::sqlite::open_sqlite(directory_.path() / "a.db"));
  ManualClock clock_;
};

TEST_F(WorkerTest, completes_a_task_with_what_its_handler_returned) {
  const auto id = add("good");
  Worker w =
      worker({{"good", [](const core::Task&, TaskContext&) { return core::Result<std::string>(R"({"n":1})"); }}});
  EXPECT_TRUE(test::must(w.run_one()));
  EXPECT_EQ(get(id).result, R"({"n":1})");
  EXPECT_EQ(get(id).state, core::TaskState::completed);
  EXPECT_FALSE(test::must(w.run_one()));
}

TEST_F(WorkerTest, discards_a_task_of_unknown_kind_saying_so) {
  const auto id = add("strange");
  Worker w = worker({});
  EXPECT_TRUE(test::must(w.run_one()));
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
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(test::must(w.run_one()));
  EXPECT_EQ(get(away).state, core::TaskState::retryable);
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

TEST(QueueOrder, begins_with_high_priority_mostly_and_starves_no_queue) {
  std::map<core::TaskQueue, int> begins;
  for (std::uint64_t turn = 0; turn < 80; ++turn) ++begins[queue_order(turn)[0]];
  EXPECT_EQ(begins[core::TaskQueue::high_priority], 60);
  EXPECT_EQ(begins[core::TaskQueue::normal], 10);
  EXPECT_EQ(begins[core::TaskQueue::batch], 10);
}

}  // namespace
}  // namespace sightglass::queue
