// Schedules on every store: each due time is run once over all nodes, and what was missed as its policy has it.
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "queue/schedules/built_in.hpp"
#include "queue/schedules/run_due.hpp"
#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"
#include "queue/task_list.hpp"
#include "support/stores.hpp"

namespace sightglass::queue::schedules {
namespace {

using core::Instant;
using database::Session;
using namespace std::chrono_literals;

class HandClock final : public core::Clock {
 public:
  Instant now() const override { return core::from_micros(micros_.load()); }
  void set(std::string_view text) { micros_ = core::to_micros(core::parse_iso8601(text).value()); }

 private:
  std::atomic<std::int64_t> micros_{0};
};

Instant at(std::string_view text) { return core::parse_iso8601(text).value(); }

class Schedules : public test::StoreTest {
 protected:
  Schedules() { clock.set("2026-11-21T08:30"); }

  Schedule add(Schedule schedule) {
    schedule.id = ScheduleId::make(clock.now());
    if (schedule.name.empty()) schedule.name = "nightly";
    schedule.kind = "prune_history";
    test::must(plan(schedule, clock.now()));
    test::must(write([&](Session& s) { return insert(s, schedule); }));
    return get(schedule.id);
  }
  Schedule get(ScheduleId id) {
    return test::must(read([&](Session& s) { return find(s, id); })).value();
  }
  std::int64_t run_due() { return test::must(run_due_schedules(*database_, clock)).started; }
  std::int64_t run_due(std::string_view now) {
    clock.set(now);
    return run_due();
  }
  // Oldest first.
  std::vector<core::Task> tasks() {
    auto all = test::must(read([](Session& s) { return queue::list(s, {.limit = 500}, {.sees_all = true}); }));
    std::ranges::reverse(all);
    return all;
  }
  // The due times that tasks were made for.
  std::vector<std::string> runs() {
    std::vector<std::string> texts;
    for (const auto& task : tasks()) texts.push_back(task.request_id);
    return texts;
  }
  HandClock clock;
};
INSTANTIATE_TEST_SUITE_P(Stores, Schedules, test::all_stores());

using Texts = std::vector<std::string>;

TEST_P(Schedules, keep_all_that_was_said_of_them) {
  const auto made = add({.name = "märz",
                         .queue = core::TaskQueue::ml_training,
                         .priority = -7,
                         .arguments = R"({"day":"2026-11-20"})",
                         .expression = "30 2 * mar *",
                         .time_zone = "Europe/Zurich",
                         .missed = MissedRuns::run_each,
                         .most_missed = 3,
                         .changed_by = "ada",
                         .created_at = at("2026-11-20"),
                         .updated_at = at("2026-11-21")});
  EXPECT_EQ(made.name, "märz");
  EXPECT_EQ(made.queue, core::TaskQueue::ml_training);
  EXPECT_EQ(made.priority, -7);
  EXPECT_EQ(made.arguments, R"({"day":"2026-11-20"})");
  EXPECT_EQ(made.time_zone, "Europe/Zurich");
  EXPECT_EQ(made.missed, MissedRuns::run_each);
  EXPECT_EQ(made.most_missed, 3);
  EXPECT_EQ(made.changed_by, "ada");
  EXPECT_EQ(made.created_at, at("2026-11-20"));
  EXPECT_EQ(made.updated_at, at("2026-11-21"));
  EXPECT_EQ(made.next_due, at("2027-03-01T01:30"));
  EXPECT_EQ(made.last_due, std::nullopt);
  EXPECT_EQ(made.last_task, std::nullopt);
  EXPECT_EQ(made.state(), ScheduleState::active);
}

TEST_P(Schedules, have_names_of_their_own) {
  add({.expression = "@daily"});
  Schedule second{.id = ScheduleId::make(clock.now()), .name = "nightly", .expression = "@daily"};
  const auto refused = write([&](Session& s) { return insert(s, second); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_TRUE(test::must(read([](Session& s) { return find_by_name(s, "nightly"); })));
  EXPECT_FALSE(test::must(read([](Session& s) { return find_by_name(s, "Nightly"); })));
}

TEST_P(Schedules, start_their_task_when_they_are_due_and_not_before) {
  const auto made = add({.queue = core::TaskQueue::normal, .priority = 3, .expression = "0 9 * * *"});
  EXPECT_EQ(run_due("2026-11-21T08:59:59"), 0);
  EXPECT_EQ(run_due("2026-11-21T09:00"), 1);
  EXPECT_EQ(run_due(), 0);
  EXPECT_EQ(run_due("2026-11-21T09:00:30"), 0);
  ASSERT_EQ(tasks().size(), 1U);
  const auto task = tasks()[0];
  EXPECT_EQ(task.kind, "prune_history");
  EXPECT_EQ(task.queue, core::TaskQueue::normal);
  EXPECT_EQ(task.priority, 3);
  EXPECT_EQ(task.request_id, "schedule:nightly:2026-11-21T09:00:00.000000Z");
  const auto moved = get(made.id);
  EXPECT_EQ(moved.last_due, at("2026-11-21T09:00"));
  EXPECT_EQ(moved.last_task, task.id);
  EXPECT_EQ(moved.next_due, at("2026-11-22T09:00"));
  EXPECT_EQ(run_due("2026-11-22T09:00:01"), 1);
}

TEST_P(Schedules, run_once_for_all_that_was_missed) {
  add({.expression = "0 9 * * *", .missed = MissedRuns::run_once});
  EXPECT_EQ(run_due("2026-12-24T12:00"), 1);
  EXPECT_EQ(runs(), Texts{"schedule:nightly:2026-12-24T09:00:00.000000Z"});
  EXPECT_EQ(run_due("2026-12-25T09:00"), 1);
}

TEST_P(Schedules, skip_what_was_missed_and_run_what_is_not_late) {
  const auto made = add({.expression = "0 9 * * *", .missed = MissedRuns::skip});
  EXPECT_EQ(run_due("2026-12-24T12:00"), 0);
  EXPECT_EQ(get(made.id).next_due, at("2026-12-25T09:00"));
  EXPECT_EQ(get(made.id).last_due, std::nullopt);
  EXPECT_EQ(run_due("2026-12-25T09:02"), 1);
  EXPECT_EQ(run_due("2026-12-26T09:02:01"), 0);
  // Many were missed, and the latest is not late.
  EXPECT_EQ(run_due("2026-12-30T09:00:05"), 1);
  EXPECT_EQ(runs(),
            (Texts{"schedule:nightly:2026-12-25T09:00:00.000000Z", "schedule:nightly:2026-12-30T09:00:00.000000Z"}));
}

TEST_P(Schedules, run_each_that_was_missed_up_to_their_bound_oldest_first) {
  const auto made = add({.expression = "0 9 * * *", .missed = MissedRuns::run_each, .most_missed = 3});
  EXPECT_EQ(run_due("2026-11-22T12:00"), 2);
  EXPECT_EQ(run_due("2026-12-24T12:00"), 3);
  EXPECT_EQ(runs(),
            (Texts{"schedule:nightly:2026-11-21T09:00:00.000000Z", "schedule:nightly:2026-11-22T09:00:00.000000Z",
                   "schedule:nightly:2026-12-22T09:00:00.000000Z", "schedule:nightly:2026-12-23T09:00:00.000000Z",
                   "schedule:nightly:2026-12-24T09:00:00.000000Z"}));
  EXPECT_EQ(get(made.id).last_due, at("2026-12-24T09:00"));
  EXPECT_EQ(get(made.id).last_task, tasks().back().id);
}

TEST_P(Schedules, catch_up_after_years_at_once) {
  add({.expression = "@every 10s", .missed = MissedRuns::run_each, .most_missed = most_missed_limit});
  EXPECT_EQ(run_due("2046-11-21T08:30"), most_missed_limit);
}

TEST_P(Schedules, that_run_once_end_themselves) {
  const auto made = add({.expression = "@at 2026-11-21T09:00Z"});
  EXPECT_EQ(run_due("2026-11-21T09:00"), 1);
  EXPECT_EQ(get(made.id).state(), ScheduleState::ended);
  EXPECT_EQ(get(made.id).next_due, std::nullopt);
  EXPECT_EQ(run_due("2036-11-21T09:00"), 0);
}

TEST_P(Schedules, that_run_once_and_were_missed_end_as_their_policy_has_it) {
  const auto skipped = add({.name = "skipped", .expression = "@at 2026-11-21T09:00Z", .missed = MissedRuns::skip});
  const auto made_up = add({.name = "made up", .expression = "@at 2026-11-21T09:00Z"});
  EXPECT_EQ(run_due("2026-11-22T09:00"), 1);
  EXPECT_EQ(get(skipped.id).state(), ScheduleState::ended);
  EXPECT_EQ(get(skipped.id).last_task, std::nullopt);
  EXPECT_EQ(get(made_up.id).state(), ScheduleState::ended);
  EXPECT_EQ(runs(), Texts{"schedule:made up:2026-11-21T09:00:00.000000Z"});
}

TEST_P(Schedules, do_not_run_again_what_ran_before_the_clock_went_back) {
  add({.expression = "0 * * * *"});
  EXPECT_EQ(run_due("2026-11-21T10:00"), 1);
  EXPECT_EQ(run_due("2026-11-21T08:59"), 0);
  EXPECT_EQ(run_due("2026-11-21T09:00"), 0);
  EXPECT_EQ(run_due("2026-11-21T10:00"), 0);
  EXPECT_EQ(run_due("2026-11-21T11:00"), 1);
}

TEST_P(Schedules, are_not_planned_again_for_a_time_that_a_node_whose_clock_is_ahead_has_run) {
  const auto made = add({.expression = "0 9 * * *"});
  EXPECT_EQ(run_due("2026-11-21T09:00"), 1);
  clock.set("2026-11-21T08:59:30");
  auto changed = get(made.id);
  changed.time_zone = "Etc/UTC";
  ASSERT_TRUE(plan(changed, clock.now()));
  EXPECT_EQ(changed.next_due, at("2026-11-22T09:00"));
  test::must(write([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }));
  test::must(write([&](Session& s) { return resume(s, made.id, "ada", clock.now()); }));
  EXPECT_EQ(get(made.id).next_due, at("2026-11-22T09:00"));
}

TEST_P(Schedules, can_be_set_right_when_a_clock_was_years_ahead) {
  const auto made = add({.expression = "0 9 * * *"});
  EXPECT_EQ(run_due("2036-11-21T09:00"), 1);
  EXPECT_EQ(run_due("2026-11-21T09:30"), 0);
  test::must(write([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }));
  test::must(write([&](Session& s) { return resume(s, made.id, "ada", clock.now()); }));
  EXPECT_EQ(get(made.id).next_due, at("2026-11-22T09:00"));
  EXPECT_EQ(run_due("2026-11-22T09:00"), 1);
}

TEST_P(Schedules, are_run_once_by_many_nodes_at_once) {
  for (int i = 0; i < 20; ++i) add({.name = "s" + std::to_string(i), .expression = "* * * * *"});
  std::array<std::unique_ptr<database::Database>, 3> others{connect(), connect(), connect()};
  for (int minute = 31; minute < 36; ++minute) {
    clock.set("2026-11-21T08:" + std::to_string(minute));
    std::atomic<std::int64_t> started = 0;
    {
      std::vector<std::jthread> nodes;
      for (const auto& node : others)
        nodes.emplace_back([&] { started += test::must(run_due_schedules(*node, clock)).started; });
      started += run_due();
    }
    EXPECT_EQ(started, 20) << minute;
  }
  auto keys = runs();
  EXPECT_EQ(keys.size(), 100U);
  std::ranges::sort(keys);
  EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
}

TEST_P(Schedules, are_left_to_the_node_that_was_first) {
  const auto seen = add({.expression = "0 9 * * *"});
  clock.set("2026-11-21T09:00");
  const auto runs_seen = plan_runs(seen, clock.now()).value();
  EXPECT_EQ(test::must(run_due_schedules(*connect(), clock)).started, 1);
  const auto late = test::must(write([&](Session& s) { return start_runs(s, seen, runs_seen, clock.now()); }));
  EXPECT_FALSE(late);
  EXPECT_EQ(tasks().size(), 1U);
}

TEST_P(Schedules, that_a_person_changed_meanwhile_are_looked_at_again) {
  const auto seen = add({.expression = "0 9 * * *"});
  clock.set("2026-11-21T09:00");
  auto changed = seen;
  changed.queue = core::TaskQueue::high_priority;
  test::must(write([&](Session& s) { return update(s, changed); }));
  const auto runs_seen = plan_runs(seen, clock.now()).value();
  EXPECT_FALSE(test::must(write([&](Session& s) { return start_runs(s, seen, runs_seen, clock.now()); })));
  EXPECT_EQ(run_due(), 1);
  EXPECT_EQ(tasks()[0].queue, core::TaskQueue::high_priority);
}

TEST_P(Schedules, whose_node_dies_before_the_commit_are_run_by_the_next) {
  const auto seen = add({.expression = "0 9 * * *"});
  clock.set("2026-11-21T09:00");
  const auto runs_seen = plan_runs(seen, clock.now()).value();
  const auto died = write([&](Session& s) -> core::Result<void> {
    EXPECT_TRUE(test::must(start_runs(s, seen, runs_seen, clock.now())));
    return core::fail(core::unavailable("the power went"));
  });
  ASSERT_FALSE(died);
  EXPECT_TRUE(tasks().empty());
  EXPECT_EQ(get(seen.id).next_due, seen.next_due);
  EXPECT_EQ(get(seen.id).last_due, std::nullopt);
  EXPECT_EQ(run_due(), 1);
  EXPECT_EQ(run_due(), 0);
}

TEST_P(Schedules, do_not_come_back_with_what_passed_while_they_were_paused) {
  const auto made = add({.expression = "0 9 * * *", .missed = MissedRuns::run_each});
  const auto paused = test::must(write([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }));
  EXPECT_EQ(paused.state(), ScheduleState::paused);
  EXPECT_EQ(get(made.id).next_due, std::nullopt);
  EXPECT_EQ(get(made.id).changed_by, "ada");
  EXPECT_EQ(run_due("2026-11-25T09:00"), 0);
  clock.set("2026-11-25T10:00");
  test::must(write([&](Session& s) { return resume(s, made.id, "olga", clock.now()); }));
  EXPECT_EQ(get(made.id).next_due, at("2026-11-26T09:00"));
  EXPECT_EQ(get(made.id).changed_by, "olga");
  EXPECT_EQ(run_due(), 0);
  EXPECT_EQ(run_due("2026-11-26T09:00"), 1);
}

TEST_P(Schedules, stay_as_they_are_when_paused_or_resumed_twice) {
  const auto made = add({.expression = "0 9 * * *"});
  const auto same = test::must(write([&](Session& s) { return resume(s, made.id, "olga", clock.now()); }));
  EXPECT_EQ(same.changed_by, "system");
  test::must(write([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }));
  const auto again = test::must(write([&](Session& s) { return pause(s, made.id, "olga", clock.now()); }));
  EXPECT_EQ(again.changed_by, "ada");
  EXPECT_EQ(get(made.id).state(), ScheduleState::paused);
}

TEST_P(Schedules, are_not_resumed_when_their_only_time_has_passed) {
  const auto made = add({.expression = "@at 2026-11-21T09:00Z"});
  test::must(write([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }));
  clock.set("2026-11-21T09:01");
  const auto refused = write([&](Session& s) { return resume(s, made.id, "ada", clock.now()); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_EQ(get(made.id).state(), ScheduleState::paused);
}

TEST_P(Schedules, run_at_once_on_a_persons_wish_and_wait_for_their_time_all_the_same) {
  const auto made = add({.expression = "0 9 * * *"});
  const auto task = test::must(write([&](Session& s) { return run_now(s, made.id, clock.now()); }));
  EXPECT_EQ(get(made.id).last_task, task);
  EXPECT_EQ(get(made.id).last_due, std::nullopt);
  EXPECT_EQ(get(made.id).next_due, made.next_due);
  EXPECT_EQ(run_due("2026-11-21T09:00"), 1);
  test::must(write([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }));
  test::must(write([&](Session& s) { return run_now(s, made.id, clock.now()); }));
  EXPECT_EQ(tasks().size(), 3U);
  EXPECT_EQ(get(made.id).state(), ScheduleState::paused);
}

TEST_P(Schedules, that_are_gone_are_not_found) {
  const auto made = add({.expression = "0 9 * * *"});
  EXPECT_TRUE(test::must(write([&](Session& s) { return remove(s, made.id); })));
  EXPECT_FALSE(test::must(write([&](Session& s) { return remove(s, made.id); })));
  const auto code_of = [&](auto work) { return write(work).error().code; };
  EXPECT_EQ(code_of([&](Session& s) { return update(s, made); }), core::ErrorCode::not_found);
  EXPECT_EQ(code_of([&](Session& s) { return pause(s, made.id, "ada", clock.now()); }), core::ErrorCode::not_found);
  EXPECT_EQ(code_of([&](Session& s) { return resume(s, made.id, "ada", clock.now()); }), core::ErrorCode::not_found);
  EXPECT_EQ(code_of([&](Session& s) { return run_now(s, made.id, clock.now()); }), core::ErrorCode::not_found);
  EXPECT_EQ(run_due("2026-11-21T09:00"), 0);
}

TEST_P(Schedules, are_not_overwritten_by_who_saw_an_older_one) {
  const auto seen = add({.expression = "0 9 * * *"});
  EXPECT_EQ(run_due("2026-11-21T09:00"), 1);
  const auto refused = write([&](Session& s) { return update(s, seen); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_EQ(get(seen.id).next_due, at("2026-11-22T09:00"));
}

TEST_P(Schedules, that_are_not_understood_any_more_are_paused_and_hold_nobody_up) {
  const auto broken = add({.name = "broken", .expression = "0 9 * * *"});
  add({.name = "sound", .expression = "0 9 * * *"});
  test::must(write([&](Session& s) {
    return s.execute("UPDATE schedules SET time_zone = 'Atlantis/Capital' WHERE id = $1", {broken.id});
  }));
  EXPECT_EQ(run_due("2026-11-21T09:00"), 1);
  EXPECT_EQ(get(broken.id).state(), ScheduleState::paused);
  EXPECT_EQ(get(broken.id).changed_by, "system");
  EXPECT_EQ(runs(), Texts{"schedule:sound:2026-11-21T09:00:00.000000Z"});
}

// Governments change their clocks: what is due next was computed with yesterday's tzdata.
TEST_P(Schedules, run_what_was_planned_when_the_zones_rules_have_changed) {
  const auto made = add({.expression = "0 9 * * *"});
  const auto one_off = add({.name = "once", .expression = "@at 2026-11-21T10:00Z"});
  test::must(
      write([&](Session& s) { return s.execute("UPDATE schedules SET next_due = $1", {at("2026-11-21T08:45")}); }));
  EXPECT_EQ(run_due("2026-11-21T08:45"), 2);
  EXPECT_EQ(get(made.id).next_due, at("2026-11-21T09:00"));
  EXPECT_EQ(get(one_off.id).state(), ScheduleState::ended);
}

TEST_P(Schedules, that_come_with_the_program_are_added_once_and_keep_what_people_changed) {
  test::must(register_built_in(*database_, clock));
  auto all = test::must(read([](Session& s) { return list(s); }));
  ASSERT_EQ(all.size(), 6U);
  for (const auto& schedule : all) {
    EXPECT_TRUE(schedule.is_built_in);
    EXPECT_EQ(schedule.name, schedule.kind);
    EXPECT_GT(schedule.next_due, clock.now());
    EXPECT_EQ(schedule.queue, core::TaskQueue::batch);
  }
  test::must(write([&](Session& s) { return pause(s, all[0].id, "ada", clock.now()); }));
  test::must(register_built_in(*connect(), clock));
  all = test::must(read([](Session& s) { return list(s); }));
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[0].state(), ScheduleState::paused);
}

TEST_P(Schedules, that_come_with_the_program_are_added_once_by_nodes_that_start_together) {
  std::array<std::unique_ptr<database::Database>, 3> nodes{connect(), connect(), connect()};
  {
    std::vector<std::jthread> starting;
    for (const auto& node : nodes) starting.emplace_back([&] { test::must(register_built_in(*node, clock)); });
  }
  EXPECT_EQ(test::must(read([](Session& s) { return list(s); })).size(), 6U);
}

}  // namespace
}  // namespace sightglass::queue::schedules
