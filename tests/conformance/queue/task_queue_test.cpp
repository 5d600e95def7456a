#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <thread>

#include "conformance/queue/expired_leases.hpp"
#include "database/changes.hpp"
#include "queue/rescue.hpp"
#include "queue/task_kinds.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using core::TaskState;
using database::Session;
using std::chrono::seconds;

class TaskQueue : public test::StoreTest {
 protected:
  core::TaskId add(NewTask task = {}) {
    if (task.kind.empty()) task.kind = "process_inspection_photo";
    return test::must(write([&](Session& s) { return enqueue(s, task, instant(0)); }));
  }
  std::vector<core::Task> take(const std::string& owner, std::int64_t at, std::int32_t count = 1) {
    return test::must(
        write([&](Session& s) { return claim(s, core::TaskQueue::normal, owner, count, seconds(60), instant(at)); }));
  }
  core::Task get(core::TaskId id) {
    return test::must(read([&](Session& s) { return find(s, id); })).value();
  }
  bool finish(core::TaskId id, const std::string& owner, std::int64_t at = 1) {
    return test::must(write([&](Session& s) { return complete(s, id, owner, "{}", instant(at)); }));
  }
  Cancellation stop(core::TaskId id, std::int64_t at = 1) {
    return test::must(write([&](Session& s) { return cancel(s, id, instant(at)); }));
  }
  bool break_off(core::TaskId id, const std::string& owner, Retry retry = Retry::may_pass, std::int64_t at = 1) {
    return test::must(write([&](Session& s) {
      return fail(s, id, owner, {.message = "broken", .code = "unavailable", .retry = retry}, instant(at));
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, TaskQueue, test::all_stores());

TEST_P(TaskQueue, hands_out_best_priority_then_oldest_first) {
  const auto first = add();
  const auto second = add();
  const auto urgent = add({.priority = 5});
  add({.queue = core::TaskQueue::batch});
  const auto tasks = take("a", 0, 10);
  ASSERT_EQ(tasks.size(), 3U);
  EXPECT_EQ(tasks[0].id, urgent);
  EXPECT_EQ(tasks[1].id, first);
  EXPECT_EQ(tasks[2].id, second);
  EXPECT_EQ(tasks[0].attempts, 1);
  EXPECT_EQ(tasks[0].lease_until, instant(60));
}

TEST_P(TaskQueue, tells_of_each_task_that_comes_or_moves_when_that_is_committed) {
  const auto told = [this](std::int64_t behind) {
    std::multiset<std::pair<std::string, database::changes::Kind>> news;
    const auto list = [&](Session& s) { return database::changes::after(s, behind, 1'000); };
    for (const auto& change : test::must(read(list))) {
      EXPECT_EQ(change.type, database::changes::Type::task);
      news.emplace(change.id, change.kind);
    }
    return news;
  };
  const auto newest = [this] { return test::must(read(database::changes::range)).newest; };
  std::multiset<std::pair<std::string, database::changes::Kind>> all_created;
  std::multiset<std::pair<std::string, database::changes::Kind>> all_changed;
  const auto start = newest();
  std::vector<Done> done;
  for (int i = 0; i < 5; ++i) {
    done.push_back({.id = add(), .result = "{}"});
    all_created.emplace(done.back().id.to_string(), database::changes::Kind::created);
    all_changed.emplace(done.back().id.to_string(), database::changes::Kind::changed);
  }
  EXPECT_EQ(told(start), all_created);
  const auto enqueued = newest();
  take("a", 0, 5);
  EXPECT_EQ(told(enqueued), all_changed);
  const auto claimed = newest();
  test::must(write([](Session& s) { return renew_all(s, "a", seconds(60), instant(1)); }));
  EXPECT_FALSE(write([](Session& s) -> core::Result<void> {
    SG_TRY(give_back_all(s, "a", instant(1)));
    return core::fail(core::ErrorCode::conflict, "undone");
  }));
  EXPECT_EQ(told(claimed).size(), 0U);
  test::must(write([&](Session& s) { return complete_all(s, "a", done, instant(1)); }));
  EXPECT_EQ(told(claimed), all_changed);
}

TEST_P(TaskQueue, gives_each_task_to_one_of_many_workers) {
  for (int i = 0; i < 60; ++i) add();
  const auto other = connect();
  std::array<std::vector<core::TaskId>, 4> taken;
  std::vector<std::jthread> workers;
  for (std::size_t w = 0; w < taken.size(); ++w)
    workers.emplace_back([&, w] {
      database::Database& database = w % 2 == 0 ? *database_ : *other;
      for (;;) {
        const auto tasks = test::must(database.write_guarded([&](Session& s) {
          return claim(s, core::TaskQueue::normal, std::to_string(w), 3, seconds(60), instant(0));
        }));
        if (tasks.empty()) return;
        for (const auto& task : tasks) taken[w].push_back(task.id);
      }
    });
  workers.clear();
  std::set<core::TaskId> distinct;
  std::size_t total = 0;
  for (const auto& ids : taken) {
    total += ids.size();
    distinct.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(total, 60U);
  EXPECT_EQ(distinct.size(), 60U);
}

TEST_P(TaskQueue, lets_nobody_but_the_owner_of_the_lease_change_a_task) {
  const auto id = add();
  EXPECT_FALSE(finish(id, "a"));
  EXPECT_FALSE(finish(id, ""));
  take("a", 0);
  EXPECT_FALSE(finish(id, "b"));
  EXPECT_FALSE(break_off(id, "b"));
  EXPECT_FALSE(test::must(write([&](Session& s) { return renew(s, id, "b", seconds(60), 1, instant(1)); })));
  EXPECT_FALSE(test::must(write([&](Session& s) { return give_back(s, id, "b", instant(1)); })));
  EXPECT_FALSE(test::must(write([&](Session& s) { return stop_cancelled(s, id, "a", instant(1)); })));
  EXPECT_EQ(get(id).state, TaskState::running);
  EXPECT_TRUE(test::must(write([&](Session& s) { return renew(s, id, "a", seconds(60), 40, instant(30)); })));
  EXPECT_EQ(get(id).lease_until, instant(90));
  EXPECT_TRUE(finish(id, "a"));
  for (const bool changed : {finish(id, "a"), break_off(id, "a")}) EXPECT_FALSE(changed);
  EXPECT_EQ(stop(id), Cancellation::too_late);
  EXPECT_EQ(get(id).state, TaskState::completed);
}

TEST_P(TaskQueue, retries_after_the_backoff_and_gives_up_after_the_last_attempt) {
  const auto photo = add_photo();
  const auto id = add({.photo_id = photo, .max_attempts = 2});
  test::must(
      write([&](Session& s) { return database::photos::set_task(s, photo, id, core::ProcessingStatus::pending); }));
  take("a", 0);
  EXPECT_TRUE(break_off(id, "a"));
  EXPECT_EQ(get(id).state, TaskState::retryable);
  EXPECT_TRUE(take("a", 1).empty());
  ASSERT_EQ(take("a", 10).size(), 1U);
  EXPECT_EQ(photo_of(photo).status, core::ProcessingStatus::pending);
  EXPECT_TRUE(break_off(id, "a", Retry::may_pass, 11));
  EXPECT_EQ(get(id).state, TaskState::discarded);
  EXPECT_EQ(photo_of(photo).status, core::ProcessingStatus::failed);
  EXPECT_EQ(photo_of(photo).error, "broken");
}

TEST_P(TaskQueue, discards_at_once_when_a_retry_is_pointless_but_leaves_a_photo_with_a_newer_task) {
  const auto photo = add_photo();
  const auto old_task = add({.photo_id = photo});
  test::must(write([&](Session& s) {
    return database::photos::set_task(s, photo, core::TaskId::make(instant(9)), core::ProcessingStatus::pending);
  }));
  take("a", 0);
  EXPECT_TRUE(break_off(old_task, "a", Retry::pointless));
  EXPECT_EQ(get(old_task).state, TaskState::discarded);
  EXPECT_EQ(photo_of(photo).status, core::ProcessingStatus::pending);
}

TEST_P(TaskQueue, rescues_a_task_whose_lease_ran_out) {
  const auto id = add({.max_attempts = 2});
  take("gone", 0);
  const auto rescue = [&](std::int64_t at) {
    return test::must(write([&](Session& s) { return rescue_expired(s, instant(at)); }));
  };
  EXPECT_TRUE(rescue(59).empty());
  EXPECT_EQ(get(id).state, TaskState::running);
  EXPECT_TRUE(rescue(61).empty());
  EXPECT_EQ(get(id).state, TaskState::retryable);
  EXPECT_EQ(get(id).kills, 0);
  EXPECT_FALSE(finish(id, "gone", 62));
  ASSERT_EQ(take("b", 100).size(), 1U);
  ASSERT_EQ(rescue(161).size(), 1U);
  EXPECT_EQ(get(id).state, TaskState::discarded);
  EXPECT_EQ(get(id).error_code, "lost");
}

TEST_P(TaskQueue, gives_back_what_an_ended_server_had_in_work_without_counting_the_attempt) {
  const auto id = add({.max_attempts = 1});
  const auto waiting = add({});
  take("1-1", 0);
  const auto release = [&] {
    return test::must(write([&](Session& s) { return release_running(s, "", instant(5)); }));
  };
  EXPECT_EQ(release(), 1);
  EXPECT_EQ(release(), 0);
  EXPECT_EQ(get(id).state, TaskState::retryable);
  EXPECT_EQ(get(id).attempts, 0);
  EXPECT_EQ(get(waiting).state, TaskState::available);
  EXPECT_FALSE(finish(id, "1-1", 6));
  EXPECT_EQ(take("2-1", 6).size(), 1U);
}

TEST_P(TaskQueue, finishes_a_batch_with_its_last_member_and_never_hands_the_batch_itself_out) {
  const auto group = add({.kind = std::string(group_kind)});
  const auto a = add({.group_id = group});
  const auto b = add({.group_id = group});
  const auto c = add({.group_id = group});
  ASSERT_EQ(take("w", 0, 2).size(), 2U);
  EXPECT_TRUE(finish(a, "w"));
  EXPECT_TRUE(break_off(b, "w", Retry::pointless));
  EXPECT_EQ(get(group).state, TaskState::available);
  EXPECT_EQ(stop(c), Cancellation::cancelled);
  EXPECT_EQ(get(group).state, TaskState::completed);
  const auto counts = test::must(read([&](Session& s) { return count_group(s, group); }));
  EXPECT_EQ(counts.total, 3);
  EXPECT_EQ(counts.success, 1);
  EXPECT_EQ(counts.failure, 1);
  EXPECT_EQ(counts.revoked, 1);
  EXPECT_TRUE(take("w", 1000, 10).empty());
  const NewTask late{.kind = "x", .group_id = group};
  EXPECT_EQ(write([&](Session& s) { return enqueue(s, late, instant(3)); }).error().code, core::ErrorCode::conflict);
}

TEST_P(TaskQueue, lists_the_newest_tasks_of_one_photo) {
  const auto photo = core::PhotoId::make(instant(0));
  const auto first = add({.photo_id = photo});
  add({.photo_id = core::PhotoId::make(instant(0))});
  const auto second = add({.photo_id = photo});
  const auto listed = [&](std::int32_t limit) {
    return test::must(read([&](Session& s) { return list_of_photo(s, photo, limit); }));
  };
  ASSERT_EQ(listed(10).size(), 2U);
  EXPECT_EQ(listed(10)[0].id, second);
  EXPECT_EQ(listed(10)[1].id, first);
  EXPECT_EQ(listed(1).size(), 1U);
}

TEST_P(TaskQueue, backs_off_within_its_bounds) {
  for (std::int32_t attempt = 1; attempt < 40; ++attempt)
    for (const double random : {0.0, 0.3, 1.0}) {
      const double exact = std::min(2000.0 * std::pow(4.0, attempt - 1), 600'000.0);
      const auto delay = static_cast<double>(backoff_after(attempt, random).count());
      EXPECT_GE(delay, exact * 0.8 - 1);
      EXPECT_LE(delay, exact * 1.2 + 1);
    }
}

TEST_P(TaskQueue, forgets_only_tasks_that_ended_long_ago) {
  const auto id = add();
  const auto waiting = add();
  take("a", 0);
  finish(id, "a", 10);
  const auto prune = [&](std::int64_t at) {
    return test::must(write([&](Session& s) { return prune_finished(s, instant(at), 100); }));
  };
  EXPECT_EQ(prune(10), 0);
  EXPECT_EQ(prune(11), 1);
  EXPECT_EQ(get(waiting).state, TaskState::available);
}

}  // namespace
}  // namespace sightglass::queue
