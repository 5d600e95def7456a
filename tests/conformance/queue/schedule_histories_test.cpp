// Random histories of schedules: nodes with clocks that differ and jump, that die before their commit, and that act on
// what they read long ago. Every due time is run, and none twice.
#include <algorithm>
#include <array>
#include <random>

#include "queue/schedules/run_due.hpp"
#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"
#include "queue/schedules/timing.hpp"
#include "queue/task_list.hpp"
#include "support/stores.hpp"

namespace sightglass::queue::schedules {
namespace {

using core::Instant;
using database::Session;
using namespace std::chrono_literals;

class NodeClock final : public core::Clock {
 public:
  Instant now() const override { return now_; }
  Instant now_{};
};

class ScheduleHistories : public test::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (!IsSkipped()) nodes_ = {connect(), connect()};
  }
  void TearDown() override {
    nodes_ = {};
    StoreTest::TearDown();
  }
  void begin(std::uint32_t seed, const char* expression) {
    random_.seed(seed);
    clock_.now_ = begin_;
    Schedule schedule{.id = ScheduleId::make(begin_),
                      .name = "s" + std::to_string(seed),
                      .kind = "prune_history",
                      .expression = expression,
                      .time_zone = "Europe/Zurich",
                      .missed = MissedRuns::run_each,
                      .most_missed = most_missed_limit};
    test::must(plan(schedule, begin_));
    test::must(write([&](Session& s) { return insert(s, schedule); }));
    id_ = schedule.id;
    remembered_.clear();
  }
  int roll(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  Schedule stored() {
    return test::must(read([&](Session& s) { return find(s, id_); })).value();
  }
  void step() {
    auto& node = *nodes_.at(static_cast<std::size_t>(roll(0, 1)));
    switch (roll(0, 5)) {
      case 0: clock_.now_ += std::chrono::seconds(roll(1, 1'500)); break;
      case 1: clock_.now_ -= std::chrono::seconds(roll(1, 90)); break;
      case 2: remembered_.push_back(stored()); break;
      case 3: start_from_memory(node, false); break;
      case 4: start_from_memory(node, true); break;
      default: test::must(run_due_schedules(node, clock_)); break;
    }
  }
  // A node that read the schedule a while ago, and dies before its commit where `dies` says so.
  void start_from_memory(database::Database& node, bool dies) {
    const auto seen = remembered_.empty()
                          ? stored()
                          : remembered_.at(static_cast<std::size_t>(roll(0, static_cast<int>(remembered_.size()) - 1)));
    if (*seen.next_due > clock_.now()) return;
    const auto runs = plan_runs(seen, clock_.now()).value();
    const auto outcome = node.write([&](Session& s) -> core::Result<void> {
      SG_TRY(start_runs(s, seen, runs, clock_.now()));
      if (dies) return core::fail(core::unavailable("the power went"));
      return {};
    });
    EXPECT_NE(outcome.has_value(), dies);
  }
  // The keys of its tasks, sorted.
  std::vector<std::string> runs() {
    const auto prefix = "schedule:" + stored().name + ":";
    std::vector<std::string> keys;
    for (std::optional<core::TaskId> before;;) {
      const auto page = test::must(
          read([&](Session& s) { return queue::list(s, {.before = before, .limit = 500}, {.sees_all = true}); }));
      for (const auto& task : page)
        if (task.request_id.starts_with(prefix)) keys.push_back(task.request_id);
      if (page.size() < 500) break;
      before = page.back().id;
    }
    std::ranges::sort(keys);
    return keys;
  }
  std::vector<std::string> expected(const Schedule& schedule) {
    std::vector<std::string> keys;
    const auto timing = Timing::parse(schedule.expression, schedule.time_zone).value();
    for (auto due = timing.next_after(begin_); due && schedule.last_due && *due <= *schedule.last_due;
         due = timing.next_after(*due))
      keys.push_back(run_key(schedule, *due));
    return keys;
  }

  // An hour before Zurich's clocks go back.
  const Instant begin_ = core::parse_iso8601("2026-10-25T00:00:30Z").value();
  std::array<std::unique_ptr<database::Database>, 2> nodes_;
  NodeClock clock_;
  std::mt19937 random_;
  ScheduleId id_{};
  std::vector<Schedule> remembered_;
};
INSTANTIATE_TEST_SUITE_P(Stores, ScheduleHistories, test::all_stores());

TEST_P(ScheduleHistories, run_every_due_time_once_whatever_happens_to_nodes_and_clocks) {
  std::size_t checked = 0;
  std::uint32_t seed = 0;
  for (const auto* expression : {"*/2 * * * *", "*/10 2-4 * * *", "@every 90s", "7,8 * * * *"}) {
    for (int round = 0; round < 3; ++round) {
      begin(++seed, expression);
      for (int steps = 0; steps < 150; ++steps) step();
      test::must(run_due_schedules(*database_, clock_));
      const auto schedule = stored();
      ASSERT_EQ(runs(), expected(schedule)) << expression << ", seed " << seed;
      checked += runs().size();
    }
  }
  EXPECT_GT(checked, 500U);
}

}  // namespace
}  // namespace sightglass::queue::schedules
