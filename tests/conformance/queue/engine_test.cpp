// What the engine promises beyond a queue: unique tasks, tasks that kill workers, stopping what runs, batches, limits.
#include <array>
#include <set>
#include <thread>

#include "queue/group.hpp"
#include "queue/queue_limits.hpp"
#include "queue/rescue.hpp"
#include "queue/retry.hpp"
#include "queue/task_kinds.hpp"
#include "queue/task_list.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using core::TaskState;
using database::Session;
using std::chrono::seconds;

class Engine : public test::StoreTest {
 protected:
  core::TaskId add(NewTask task = {}, std::int64_t at = 0) {
    if (task.kind.empty()) task.kind = "process_inspection_photo";
    return test::must(write([&](Session& s) { return enqueue(s, task, instant(at)); }));
  }
  std::vector<core::Task> take(const std::string& owner, std::int64_t at, std::int32_t count = 1,
                               core::TaskQueue queue = core::TaskQueue::normal) {
    return test::must(write([&](Session& s) { return claim(s, queue, owner, count, seconds(60), instant(at)); }));
  }
  core::Task get(core::TaskId id) {
    return test::must(read([&](Session& s) { return find(s, id); })).value();
  }
  bool finish(core::TaskId id, const std::string& owner, std::int64_t at = 1) {
    return test::must(write([&](Session& s) { return complete(s, id, owner, "{}", instant(at)); }));
  }
  bool break_off(core::TaskId id, const std::string& owner, std::int64_t at = 1) {
    return test::must(write(
        [&](Session& s) { return fail(s, id, owner, {.message = "broken", .retry = Retry::pointless}, instant(at)); }));
  }
  Cancellation stop(core::TaskId id, std::int64_t at = 1) {
    return test::must(write([&](Session& s) { return cancel(s, id, instant(at)); }));
  }
  std::vector<core::Task> bury(const std::string& owner, std::int64_t at = 1) {
    return test::must(write([&](Session& s) { return rescue_owner(s, owner, instant(at)); }));
  }
  void change(core::TaskQueue queue, const QueueChange& wish) {
    test::must(write([&](Session& s) { return change_queue(s, queue, wish, "ada", instant(0)); }));
  }
  std::optional<core::TaskId> add_unique(const std::string& key) {
    const NewTask task{.kind = "x", .unique_key = key};
    return test::must(write([&](Session& s) { return enqueue_unique(s, task, instant(0)); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Engine, test::all_stores());

TEST_P(Engine, makes_a_unique_task_once_until_it_has_ended) {
  const auto id = add_unique("report:7");
  ASSERT_TRUE(id);
  EXPECT_FALSE(add_unique("report:7"));
  EXPECT_TRUE(add_unique("report:8"));
  const NewTask again{.kind = "x", .unique_key = "report:7"};
  EXPECT_EQ(write([&](Session& s) { return enqueue(s, again, instant(0)); }).error().code, core::ErrorCode::conflict);
  take("w", 0, 1);
  EXPECT_FALSE(add_unique("report:7"));
  EXPECT_TRUE(finish(*id, "w"));
  EXPECT_TRUE(add_unique("report:7"));
}

TEST_P(Engine, makes_a_unique_task_once_when_many_try_at_the_same_moment) {
  const auto other = connect();
  std::atomic<int> made = 0;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&, i] {
      database::Database& database = i % 2 == 0 ? *database_ : *other;
      const NewTask task{.kind = "x", .unique_key = "one"};
      const auto id = test::must(database.write([&](Session& s) { return enqueue_unique(s, task, instant(0)); }));
      if (id) ++made;
    });
  callers.clear();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(take("w", 0, 10).size(), 1U);
}

TEST_P(Engine, keeps_a_scheduled_task_until_its_time) {
  const auto id = add({.run_at = instant(100)});
  EXPECT_EQ(get(id).state, TaskState::scheduled);
  EXPECT_TRUE(take("w", 99).empty());
  EXPECT_EQ(take("w", 100).size(), 1U);
}

TEST_P(Engine, sets_a_task_aside_that_killed_its_worker_twice) {
  const auto photo = add_photo();
  const auto poison = add({.photo_id = photo, .max_attempts = 10});
  test::must(
      write([&](Session& s) { return database::photos::set_task(s, photo, poison, core::ProcessingStatus::pending); }));
  const auto good = add();
  ASSERT_EQ(take("a", 0).front().id, poison);
  EXPECT_TRUE(bury("a").empty());
  EXPECT_EQ(get(poison).state, TaskState::retryable);
  EXPECT_EQ(get(poison).kills, 1);
  // The queue goes on meanwhile.
  ASSERT_EQ(take("b", 1).front().id, good);
  EXPECT_TRUE(finish(good, "b"));
  ASSERT_EQ(take("c", 60).front().id, poison);
  ASSERT_EQ(bury("c", 61).size(), 1U);
  EXPECT_EQ(get(poison).state, TaskState::discarded);
  EXPECT_EQ(get(poison).error_code, killed_code);
  EXPECT_EQ(photo_of(photo).status, core::ProcessingStatus::failed);
  EXPECT_TRUE(take("d", 10'000, 10).empty());
}

TEST_P(Engine, counts_no_attempt_that_an_absent_store_broke_off_and_comes_back_ever_more_rarely) {
  const auto id = add();
  const auto away = [&](std::int64_t at) {
    EXPECT_EQ(take("w", at).size(), 1U) << at;
    EXPECT_TRUE(test::must(write([&](Session& s) {
      return fail(s, id, "w", {.message = "away", .code = "unavailable", .retry = Retry::surroundings}, instant(at));
    })));
  };
  std::int64_t at = 1;
  std::int64_t tries = 0;
  for (; at < 23 * 3600; ++tries) {
    away(at);
    EXPECT_EQ(get(id).state, TaskState::retryable);
    EXPECT_EQ(get(id).attempts, 0);
    const auto pause = std::chrono::ceil<seconds>(get(id).run_at - instant(at)).count();
    EXPECT_GE(pause, 4);
    EXPECT_LE(pause, 720);
    at += pause;
  }
  EXPECT_LT(tries, 250);
  // A day is enough for an outage; what lasts longer uses its attempts up.
  for (int attempt = 1; attempt <= 3; ++attempt) {
    at = 25 * 3600 + attempt * 600;
    away(at);
    EXPECT_EQ(get(id).attempts, attempt);
  }
  EXPECT_EQ(get(id).state, TaskState::discarded);
}

TEST_P(Engine, cancels_a_task_that_was_asked_to_stop_while_the_store_was_away) {
  const auto id = add();
  take("w", 0);
  EXPECT_EQ(stop(id), Cancellation::requested);
  EXPECT_TRUE(test::must(write(
      [&](Session& s) { return fail(s, id, "w", {.message = "away", .retry = Retry::surroundings}, instant(2)); })));
  EXPECT_EQ(get(id).state, TaskState::cancelled);
}

TEST_P(Engine, blames_no_task_for_the_death_of_a_worker_that_held_several) {
  const std::array ids{add({.max_attempts = 2}), add({.max_attempts = 2}), add({.max_attempts = 2})};
  ASSERT_EQ(take("a", 0, 3).size(), 3U);
  EXPECT_TRUE(bury("a").empty());
  for (const auto id : ids) {
    EXPECT_EQ(get(id).attempts, 0);
    EXPECT_EQ(get(id).kills, 0);
    EXPECT_TRUE(get(id).is_suspect);
  }
  // From here on each is taken alone.
  EXPECT_TRUE(take("b", 1, 3).empty());
  const auto fresh = add({}, 2);
  ASSERT_EQ(take("b", 2, 3).size(), 1U);
  EXPECT_TRUE(finish(fresh, "b", 3));
  ASSERT_EQ(take("b", 3, 1).front().id, ids[0]);
  EXPECT_TRUE(finish(ids[0], "b", 4));
  EXPECT_FALSE(get(ids[0]).is_suspect);
}

TEST_P(Engine, asks_a_running_task_to_stop_and_ends_it_as_cancelled) {
  const auto id = add();
  take("w", 0);
  EXPECT_EQ(stop(id, 5), Cancellation::requested);
  EXPECT_EQ(stop(id, 9), Cancellation::requested);
  EXPECT_EQ(get(id).state, TaskState::running);
  EXPECT_EQ(get(id).cancel_requested_at, instant(5));
  const auto held = test::must(read([&](Session& s) { return list_held(s, "w"); }));
  ASSERT_EQ(held.size(), 1U);
  EXPECT_TRUE(held[0].is_cancel_requested);
  EXPECT_TRUE(test::must(write([&](Session& s) { return stop_cancelled(s, id, "w", instant(6)); })));
  EXPECT_EQ(get(id).state, TaskState::cancelled);
  EXPECT_EQ(stop(id), Cancellation::too_late);
}

TEST_P(Engine, ends_a_task_as_cancelled_however_it_ends_after_that_was_asked_for) {
  const auto failing = add();
  const auto killing = add();
  const auto done = add();
  take("a", 0);
  take("b", 0);
  take("c", 0);
  for (const auto id : {failing, killing, done}) EXPECT_EQ(stop(id), Cancellation::requested);
  EXPECT_TRUE(break_off(failing, "a"));
  bury("b");
  EXPECT_TRUE(finish(done, "c"));
  EXPECT_EQ(get(failing).state, TaskState::cancelled);
  EXPECT_EQ(get(killing).state, TaskState::cancelled);
  // It was faster than the wish.
  EXPECT_EQ(get(done).state, TaskState::completed);
}

TEST_P(Engine, forgets_that_a_task_was_to_stop_when_somebody_tries_it_again) {
  const auto id = add();
  take("w", 0);
  EXPECT_EQ(stop(id), Cancellation::requested);
  test::must(write([](Session& s) { return give_back_all(s, "w", instant(2)); }));
  EXPECT_EQ(stop(id, 3), Cancellation::cancelled);
  test::must(write([&](Session& s) { return try_again(s, id, instant(4)); }));
  EXPECT_EQ(get(id).cancel_requested_at, std::nullopt);
  take("w", 5);
  EXPECT_TRUE(test::must(write(
      [&](Session& s) { return fail(s, id, "w", {.message = "broken", .retry = Retry::pointless}, instant(6)); })));
  EXPECT_EQ(get(id).state, TaskState::discarded);
}

TEST_P(Engine, cancels_all_members_of_a_batch_and_counts_each_once) {
  const auto batch = add({.kind = "batch_process_images"});
  std::vector<core::TaskId> members;
  for (int i = 0; i < 3; ++i) members.push_back(add({.group_id = batch}));
  take("w", 0);
  EXPECT_EQ(stop(batch), Cancellation::requested);
  auto counts = test::must(read([&](Session& s) { return count_group(s, batch); }));
  EXPECT_EQ(counts.revoked, 2);
  EXPECT_EQ(counts.started, 1);
  EXPECT_EQ(stop(batch), Cancellation::requested);
  EXPECT_TRUE(test::must(write([&](Session& s) { return stop_cancelled(s, members[0], "w", instant(6)); })));
  counts = test::must(read([&](Session& s) { return count_group(s, batch); }));
  EXPECT_EQ(counts.revoked, 3);
  EXPECT_EQ(get(batch).state, TaskState::cancelled);
  EXPECT_EQ(stop(batch), Cancellation::too_late);
}

TEST_P(Engine, gives_back_what_was_taken_and_not_begun) {
  const auto first = add({.max_attempts = 1});
  const auto second = add();
  take("w", 0, 2);
  EXPECT_TRUE(test::must(write([&](Session& s) { return give_back(s, first, "w", instant(1)); })));
  EXPECT_EQ(get(first).state, TaskState::available);
  EXPECT_EQ(get(first).attempts, 0);
  EXPECT_EQ(get(second).state, TaskState::running);
  EXPECT_EQ(test::must(write([&](Session& s) { return give_back_all(s, "w", instant(1)); })), 1);
  EXPECT_EQ(take("x", 1, 2).size(), 2U);
}

TEST_P(Engine, completes_many_at_once_and_only_what_is_held) {
  std::vector<Done> done;
  const auto group = add({.kind = std::string(group_kind)});
  for (int i = 0; i < 150; ++i) {
    const auto group_id = i % 3 == 0 ? std::optional(group) : std::nullopt;
    done.push_back({.id = add({.group_id = group_id}), .result = "{\"n\":" + std::to_string(i) + "}"});
  }
  ASSERT_EQ(take("w", 0, 140).size(), 140U);
  const auto kept = test::must(write([&](Session& s) { return complete_all(s, "w", done, instant(1)); }));
  EXPECT_EQ(kept, 140);
  EXPECT_EQ(get(done[7].id).result, "{\"n\":7}");
  EXPECT_EQ(get(done[149].id).state, TaskState::available);
  const auto counts = test::must(read([&](Session& s) { return count_group(s, group); }));
  EXPECT_EQ(counts.total, 50);
  EXPECT_EQ(counts.success, 47);
  EXPECT_EQ(counts.pending, 3);
}

TEST_P(Engine, enqueues_the_completion_of_a_batch_once_with_its_last_member) {
  const auto group = add({.kind = std::string(group_kind)});
  const std::array members{add({.group_id = group}), add({.group_id = group})};
  const NewTask report{.kind = "generate_image_report", .queue = core::TaskQueue::batch, .arguments = R"({"a":1})"};
  test::must(write([&](Session& s) { return set_completion(s, group, report); }));
  take("w", 0, 2);
  EXPECT_TRUE(finish(members[0], "w"));
  EXPECT_TRUE(take("w", 5, 9, core::TaskQueue::batch).empty());
  EXPECT_TRUE(break_off(members[1], "w"));
  EXPECT_EQ(get(group).state, TaskState::completed);
  const auto completion = take("w", 5, 9, core::TaskQueue::batch);
  ASSERT_EQ(completion.size(), 1U);
  EXPECT_EQ(completion[0].kind, "generate_image_report");
  EXPECT_NE(completion[0].arguments.find(group.to_string()), std::string::npos);
  EXPECT_NE(completion[0].arguments.find("\"a\":1"), std::string::npos);
  // A member that is tried again opens the batch, and its end closes it without a second report.
  test::must(write([&](Session& s) { return try_again(s, members[1], instant(6)); }));
  EXPECT_EQ(get(group).state, TaskState::available);
  take("w", 7);
  EXPECT_TRUE(finish(members[1], "w", 8));
  EXPECT_EQ(get(group).state, TaskState::completed);
  EXPECT_EQ(test::must(read([&](Session& s) { return count_group(s, group); })).success, 2);
  EXPECT_TRUE(take("w", 9, 9, core::TaskQueue::batch).empty());
}

TEST_P(Engine, counts_a_batch_after_its_members_were_pruned) {
  const auto group = add({.kind = std::string(group_kind)});
  const auto member = add({.group_id = group});
  take("w", 0);
  EXPECT_TRUE(finish(member, "w", 1));
  EXPECT_FALSE(test::must(write([&](Session& s) { return forget(s, core::TaskId::make(instant(0))); })));
  EXPECT_TRUE(test::must(write([&](Session& s) { return forget(s, member); })));
  EXPECT_EQ(test::must(read([&](Session& s) { return count_group(s, group); })).success, 1);
}

TEST_P(Engine, forgets_no_task_that_has_not_ended) {
  const auto id = add();
  EXPECT_FALSE(test::must(write([&](Session& s) { return forget(s, id); })));
  take("w", 0);
  EXPECT_FALSE(test::must(write([&](Session& s) { return forget(s, id); })));
  EXPECT_EQ(get(id).state, TaskState::running);
}

TEST_P(Engine, hands_out_nothing_of_a_paused_queue) {
  const auto id = add();
  change(core::TaskQueue::normal, {.is_paused = true});
  EXPECT_TRUE(take("w", 0).empty());
  change(core::TaskQueue::normal, {.is_paused = false});
  EXPECT_EQ(take("w", 0).front().id, id);
}

TEST_P(Engine, never_runs_more_of_a_queue_than_its_limit) {
  for (int i = 0; i < 10; ++i) add();
  change(core::TaskQueue::normal, {.max_running = 3});
  ASSERT_EQ(take("a", 0, 2).size(), 2U);
  const auto third = take("b", 0, 5);
  ASSERT_EQ(third.size(), 1U);
  EXPECT_TRUE(take("c", 0).empty());
  EXPECT_TRUE(finish(third[0].id, "b"));
  EXPECT_EQ(take("c", 1, 5).size(), 1U);
}

TEST_P(Engine, names_the_limit_that_a_change_of_a_queue_breaks) {
  const auto refusal = [&](const QueueChange& wish) {
    return write([&](Session& s) { return change_queue(s, core::TaskQueue::batch, wish, "ada", instant(0)); })
        .error()
        .field;
  };
  EXPECT_EQ(refusal({.weight = 0}), "weight");
  EXPECT_EQ(refusal({.weight = most_weight + 1}), "weight");
  EXPECT_EQ(refusal({.max_running = -1}), "max_running");
  const auto states = test::must(read([](Session& s) { return queue_states(s); }));
  ASSERT_EQ(states.size(), 4U);
  EXPECT_EQ(states[0].queue, core::TaskQueue::high_priority);
  EXPECT_GT(states[0].weight, states[2].weight);
}

}  // namespace
}  // namespace sightglass::queue
