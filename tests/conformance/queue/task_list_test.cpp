// What people see of tasks and may ask for: lists, counts, failures, trying again.
#include "queue/task_list.hpp"

#include <algorithm>

#include "queue/retry.hpp"
#include "queue/task_failures.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using core::TaskState;
using database::Session;
using std::chrono::seconds;

constexpr std::string_view photo_kind = "process_inspection_photo";

class TaskList : public test::StoreTest {
 protected:
  core::TaskId add(NewTask task = {}) {
    if (task.kind.empty()) task.kind = photo_kind;
    return test::must(write([&](Session& s) { return enqueue(s, task, instant(0)); }));
  }
  // A photo that waits for the task returned.
  core::TaskId add_with_photo(core::PhotoId photo) {
    const auto id = add({.photo_id = photo, .max_attempts = 2});
    test::must(
        write([&](Session& s) { return database::photos::set_task(s, photo, id, core::ProcessingStatus::pending); }));
    return id;
  }
  void take(std::int64_t at) {
    test::must(write([&](Session& s) { return claim(s, core::TaskQueue::normal, "w", 1, seconds(60), instant(at)); }));
  }
  void break_off(core::TaskId id, const std::string& error, Retry retry, std::int64_t at) {
    EXPECT_TRUE(test::must(write([&](Session& s) {
      return fail(s, id, "w", {.message = error, .code = "unavailable", .retry = retry}, instant(at));
    })));
  }
  core::Task get(core::TaskId id) {
    return test::must(read([&](Session& s) { return find(s, id); })).value();
  }
  core::Result<core::Task> again(core::TaskId id, std::int64_t at) {
    return write([&](Session& s) { return try_again(s, id, instant(at)); });
  }
  std::vector<core::TaskId> listed(const TaskFilter& filter, const database::photos::Visibility& who = all) {
    std::vector<core::TaskId> ids;
    for (const auto& task : test::must(read([&](Session& s) { return list(s, filter, who); }))) ids.push_back(task.id);
    return ids;
  }
  std::int64_t counted(TaskState state, const TaskFilter& filter = {}, const database::photos::Visibility& who = all) {
    const auto counts = test::must(read([&](Session& s) { return count_states(s, filter, who); }));
    const auto found = std::ranges::find(counts, state, &StateCount::state);
    return found == counts.end() ? 0 : found->count;
  }
  static constexpr database::photos::Visibility all{.sees_all = true};
};
INSTANTIATE_TEST_SUITE_P(Stores, TaskList, test::all_stores());

TEST_P(TaskList, shows_the_newest_first_page_by_page) {
  const auto a = add();
  const auto b = add();
  const auto c = add();
  EXPECT_EQ(listed({}), (std::vector{c, b, a}));
  EXPECT_EQ(listed({.limit = 2}), (std::vector{c, b}));
  EXPECT_EQ(listed({.before = b, .limit = 2}), (std::vector{a}));
}

TEST_P(TaskList, narrows_by_state_queue_kind_photo_and_batch) {
  const auto photo = add_photo();
  const auto of_photo = add({.photo_id = photo});
  const auto urgent = add({.queue = core::TaskQueue::high_priority});
  const auto other = add({.kind = "count_parts", .queue = core::TaskQueue::batch});
  const auto group = add({.kind = "batch_process_images", .queue = core::TaskQueue::batch});
  const auto member = add({.queue = core::TaskQueue::batch, .group_id = group});
  EXPECT_EQ(listed({.queue = core::TaskQueue::high_priority}), std::vector{urgent});
  EXPECT_EQ(listed({.kind = "count_parts"}), std::vector{other});
  EXPECT_EQ(listed({.photo = photo}), std::vector{of_photo});
  EXPECT_EQ(listed({.group = group}), std::vector{member});
  EXPECT_EQ(listed({}), (std::vector{member, other, urgent, of_photo})) << "a batch stands for its members";
  EXPECT_EQ(listed({.kind = "batch_process_images"}), std::vector{group});
  take(1);
  EXPECT_EQ(listed({.states = {TaskState::running}}), std::vector{of_photo});
  EXPECT_EQ(listed({.states = {TaskState::available, TaskState::running}}).size(), 4U);
  EXPECT_EQ(counted(TaskState::running), 1);
  EXPECT_EQ(counted(TaskState::available), 3);
  EXPECT_EQ(counted(TaskState::available, {.queue = core::TaskQueue::batch}), 2);
}

TEST_P(TaskList, shows_nobody_tasks_of_photos_that_stay_hidden) {
  const auto owner = add_user("tom");
  const auto stranger = add_user("tina");
  const auto job = add_job({stranger});
  const auto own = add({.photo_id = add_photo({.uploaded_by = owner})});
  const auto assigned = add({.photo_id = add_photo({.job_id = job})});
  add();
  const database::photos::Visibility tom{.sees_all = false, .user = owner};
  const database::photos::Visibility tina{.sees_all = false, .user = stranger};
  EXPECT_EQ(listed({}, tom), std::vector{own});
  EXPECT_EQ(listed({}, tina), std::vector{assigned});
  EXPECT_TRUE(listed({}, {.sees_all = false}).empty());
  EXPECT_EQ(counted(TaskState::available, {}, tom), 1);
  EXPECT_EQ(counted(TaskState::available), 3);
}

TEST_P(TaskList, finds_words_in_the_error_the_kind_and_the_photo) {
  const auto owner = add_user("tom");
  const auto photo =
      add_photo({.original_filename = "WEIR-7.jpg", .description = "Ölpumpe, 5% tight_", .uploaded_by = owner});
  const auto of_photo = add_with_photo(photo);
  const auto hidden = add({.photo_id = add_photo({.description = "Ölpumpe"})});
  const auto other = add({.kind = "count_parts"});
  const database::photos::Visibility tom{.sees_all = false, .user = owner};
  EXPECT_EQ(listed({.text = "ölPUMPE"}), (std::vector{hidden, of_photo}));
  EXPECT_EQ(listed({.text = "ölPUMPE"}, tom), std::vector{of_photo});
  EXPECT_EQ(counted(TaskState::available, {.text = "ölpumpe"}), 2);
  EXPECT_EQ(counted(TaskState::available, {.text = "ölpumpe"}, tom), 1);
  EXPECT_EQ(listed({.text = "unt_PART"}), std::vector{other}) << "in the kind, by no beginning of a word";
  EXPECT_EQ(listed({.text = "eir-7.J"}), std::vector{of_photo});
  EXPECT_EQ(listed({.text = "5% tight_"}), std::vector{of_photo});
  EXPECT_TRUE(listed({.text = "5_ tight"}).empty()) << "what stands for any letter elsewhere stands for itself here";
  EXPECT_TRUE(listed({.text = "pump%tight"}).empty());
  take(1);
  break_off(of_photo, "The disk was full", Retry::may_pass, 2);
  EXPECT_EQ(listed({.text = "DISK was"}), std::vector{of_photo});
  EXPECT_EQ(counted(TaskState::retryable, {.text = "disk"}), 1);
  EXPECT_EQ(counted(TaskState::running, {.text = "disk"}), 0);
}

TEST_P(TaskList, keeps_every_failed_attempt_until_the_task_is_pruned) {
  const auto id = add({.max_attempts = 2});
  take(1);
  break_off(id, "the disk was full", Retry::may_pass, 2);
  take(100);
  break_off(id, "still full", Retry::may_pass, 103);
  const auto failures = test::must(read([&](Session& s) { return failures_of(s, id); }));
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].attempt, 1);
  EXPECT_EQ(failures[0].error, "the disk was full");
  EXPECT_EQ(failures[0].started_at, instant(1));
  EXPECT_EQ(failures[0].failed_at, instant(2));
  EXPECT_EQ(failures[1].attempt, 2);
  EXPECT_EQ(failures[1].worker, "w");
  EXPECT_EQ(test::must(write([&](Session& s) { return prune_finished(s, instant(1000), 100); })), 1);
  EXPECT_TRUE(test::must(read([&](Session& s) { return failures_of(s, id); })).empty());
}

TEST_P(TaskList, tries_a_discarded_task_once_more_and_its_photo_waits_again) {
  const auto photo = add_photo();
  const auto id = add_with_photo(photo);
  take(1);
  break_off(id, "unreadable", Retry::pointless, 2);
  EXPECT_EQ(photo_of(photo).status, core::ProcessingStatus::failed);
  const auto retried = test::must(again(id, 10));
  EXPECT_EQ(retried.state, TaskState::available);
  EXPECT_EQ(retried.attempts, 1);
  EXPECT_GT(retried.max_attempts, retried.attempts);
  EXPECT_FALSE(retried.finished_at);
  EXPECT_EQ(retried.error, "unreadable") << "why it failed stays readable";
  EXPECT_EQ(photo_of(photo).status, core::ProcessingStatus::pending);
  take(11);
  EXPECT_EQ(get(id).attempts, 2);
  break_off(id, "unreadable still", Retry::may_pass, 12);
  EXPECT_EQ(get(id).state, TaskState::discarded) << "that was the one attempt more";
  EXPECT_EQ(test::must(read([&](Session& s) { return failures_of(s, id); })).size(), 2U);
  test::must(again(id, 20));
  EXPECT_EQ(get(id).max_attempts, 3);
}

TEST_P(TaskList, tries_a_cancelled_task_and_one_that_waits_for_its_next_attempt) {
  const auto skipped = add_with_photo(add_photo());
  EXPECT_EQ(test::must(write([&](Session& s) { return cancel(s, skipped, instant(1)); })), Cancellation::cancelled);
  EXPECT_EQ(test::must(again(skipped, 2)).state, TaskState::available);
  take(3);
  break_off(skipped, "busy", Retry::may_pass, 4);
  EXPECT_GT(get(skipped).run_at, instant(5));
  const auto hurried = test::must(again(skipped, 5));
  EXPECT_EQ(hurried.state, TaskState::retryable);
  EXPECT_EQ(hurried.run_at, instant(5));
  EXPECT_EQ(hurried.max_attempts, 2) << "an attempt was left anyway";
}

TEST_P(TaskList, refuses_to_try_what_waits_runs_or_is_done) {
  const auto id = add_with_photo(add_photo());
  const auto refused = [&](core::TaskId task) {
    const auto answer = again(task, 5);
    return !answer && answer.error().code == core::ErrorCode::conflict;
  };
  EXPECT_TRUE(refused(id)) << "waits";
  take(1);
  EXPECT_TRUE(refused(id)) << "runs";
  EXPECT_TRUE(test::must(write([&](Session& s) { return complete(s, id, "w", "{}", instant(2)); })));
  EXPECT_TRUE(refused(id)) << "is done";
  const auto group = add({.kind = "batch_process_images"});
  EXPECT_EQ(test::must(write([&](Session& s) { return cancel(s, group, instant(3)); })), Cancellation::cancelled);
  EXPECT_TRUE(refused(group)) << "does no work of its own";
  EXPECT_EQ(get(id).state, TaskState::completed);
  EXPECT_EQ(get(group).state, TaskState::cancelled);
  EXPECT_EQ(again(core::TaskId::make(instant(9)), 9).error().code, core::ErrorCode::not_found);
}

TEST_P(TaskList, leaves_a_photo_to_the_task_that_took_it_over) {
  const auto photo = add_photo();
  const auto old_task = add_with_photo(photo);
  EXPECT_EQ(test::must(write([&](Session& s) { return cancel(s, old_task, instant(1)); })), Cancellation::cancelled);
  const auto new_task = add_with_photo(photo);
  const auto refused = again(old_task, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_EQ(photo_of(photo).task_id, new_task);
  EXPECT_EQ(get(old_task).state, TaskState::cancelled);
  const auto orphan = add({.photo_id = core::PhotoId::make(instant(0))});
  EXPECT_EQ(test::must(write([&](Session& s) { return cancel(s, orphan, instant(1)); })), Cancellation::cancelled);
  EXPECT_FALSE(again(orphan, 2)) << "its photo is gone";
}

}  // namespace
}  // namespace sightglass::queue
