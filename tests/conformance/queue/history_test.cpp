// Random histories of tasks on the real store, each step held against the model.
#include <fmt/format.h>

#include <array>
#include <random>
#include <set>

#include "conformance/queue/expired_leases.hpp"
#include "conformance/queue/task_model.hpp"
#include "queue/rescue.hpp"
#include "queue/retry.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rows.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using core::TaskState;
using database::Session;
using std::chrono::seconds;
using test_model::Model;
using test_model::ModelTask;

constexpr std::int64_t lease = 60;
const std::array<std::string, 3> owners{"ann", "bob", "cyd"};

class History : public test::StoreTest {
 protected:
  template <typename F>
  auto change(F&& work) {
    return test::must(write(std::forward<F>(work)));
  }
  int random(int most) { return std::uniform_int_distribution<int>(0, most - 1)(generator_); }
  const std::string& an_owner() { return owners[static_cast<std::size_t>(random(3))]; }
  std::optional<core::TaskId> a_task() {
    if (model_.tasks.empty()) return std::nullopt;
    return std::next(model_.tasks.begin(), random(static_cast<int>(model_.tasks.size())))->first;
  }
  // The worker that has it, mostly; another one now and then.
  std::string somebody(core::TaskId id) {
    const auto& owner = model_.tasks.at(id).owner;
    return owner.empty() || random(8) == 0 ? an_owner() : owner;
  }

  void add() {
    const bool is_later = random(4) == 0;
    const ModelTask wish{.priority = random(3),
                         .max_attempts = 1 + random(3),
                         .run_at = is_later ? now_ + 1 + random(100) : now_,
                         .key = random(3) == 0 ? fmt::format("key {}", random(4)) : ""};
    const NewTask task{.kind = "x",
                       .priority = wish.priority,
                       .max_attempts = wish.max_attempts,
                       .unique_key = wish.key,
                       .run_at = instant(wish.run_at)};
    const auto id = change([&](Session& s) { return enqueue_unique(s, task, instant(now_)); });
    EXPECT_EQ(id.has_value(), wish.key.empty() || !model_.has_key(wish.key));
    if (id) model_.enqueue(*id, wish, now_);
  }
  void take() {
    const auto owner = an_owner();
    const int count = 1 + random(4);
    const auto tasks = change(
        [&](Session& s) { return claim(s, core::TaskQueue::normal, owner, count, seconds(lease), instant(now_)); });
    const auto expected = model_.claim(owner, static_cast<std::size_t>(count), lease, now_);
    ASSERT_EQ(tasks.size(), expected.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) EXPECT_EQ(tasks[i].id, expected[i]);
  }
  void end_one() {
    const auto id = a_task();
    if (!id) return;
    const auto owner = somebody(*id);
    const auto at = instant(now_);
    switch (random(5)) {
      case 0:
      case 1:
        EXPECT_EQ(change([&](Session& s) { return complete(s, *id, owner, "{}", at); }), model_.complete(*id, owner));
        break;
      case 2: {
        const Retry retry = random(3) == 0 ? Retry::pointless : Retry::may_pass;
        EXPECT_EQ(change([&](Session& s) { return fail(s, *id, owner, {.message = "no", .retry = retry}, at); }),
                  model_.fail(*id, owner, retry));
        break;
      }
      case 3:
        EXPECT_EQ(change([&](Session& s) { return stop_cancelled(s, *id, owner, at); }),
                  model_.stop_cancelled(*id, owner));
        break;
      default:
        EXPECT_EQ(change([&](Session& s) { return give_back(s, *id, owner, at); }), model_.give_back(*id, owner, now_));
    }
  }
  void steer() {
    const auto id = a_task();
    if (!id) return;
    if (random(2) == 0) {
      EXPECT_EQ(change([&](Session& s) { return cancel(s, *id, instant(now_)); }), model_.cancel(*id));
      return;
    }
    const auto again = write([&](Session& s) { return try_again(s, *id, instant(now_)); });
    EXPECT_EQ(again.has_value(), model_.try_again(*id, now_));
    if (!again) EXPECT_EQ(again.error().code, core::ErrorCode::conflict);
  }
  void beat() {
    const auto owner = an_owner();
    change([&](Session& s) { return renew_all(s, owner, seconds(lease), instant(now_)); });
    model_.renew(owner, lease, now_);
  }
  void lose() {
    if (random(2) == 0) {
      change([&](Session& s) { return rescue_expired(s, instant(now_)); });
      model_.rescue_expired(now_);
      return;
    }
    const auto owner = an_owner();
    change([&](Session& s) { return rescue_owner(s, owner, instant(now_)); });
    model_.bury(owner, now_);
  }
  void forget_one() {
    const auto id = a_task();
    if (!id) return;
    const bool is_over = core::is_final(model_.tasks.at(*id).state);
    EXPECT_EQ(change([&](Session& s) { return forget(s, *id); }), is_over);
    if (is_over) model_.tasks.erase(*id);
  }
  // Clocks of machines are set, forwards and backwards.
  void jump() { now_ += random(6) == 0 ? -random(50) : random(90); }

  void step() {
    switch (random(12)) {
      case 0:
      case 1: return add();
      case 2:
      case 3:
      case 4: return take();
      case 5:
      case 6:
      case 7: return end_one();
      case 8: return steer();
      case 9: return random(4) == 0 ? forget_one() : beat();
      case 10: return lose();
      default: return jump();
    }
  }

  void compare() {
    const auto rows = test::must(read([](Session& s) {
      return s.all("SELECT " + std::string(task_columns) + " FROM tasks ORDER BY id", {}, read_task);
    }));
    ASSERT_EQ(rows.size(), model_.tasks.size());
    for (const core::Task& row : rows) {
      ModelTask& expected = model_.tasks.at(row.id);
      SCOPED_TRACE(fmt::format("task {} in step {}", row.id.to_string(), step_));
      ASSERT_EQ(core::name_of(row.state), core::name_of(expected.state));
      EXPECT_EQ(row.attempts, expected.attempts);
      EXPECT_EQ(row.max_attempts, expected.max_attempts);
      EXPECT_EQ(row.lease_owner, expected.owner);
      EXPECT_EQ(row.lease_until, expected.lease_until ? std::optional(instant(*expected.lease_until)) : std::nullopt);
      EXPECT_EQ(row.kills, expected.kills);
      EXPECT_EQ(row.is_suspect, expected.is_suspect);
      EXPECT_EQ(row.cancel_requested_at.has_value(), expected.is_cancel_requested);
      EXPECT_EQ(row.finished_at.has_value(), core::is_final(row.state));
      seen_.insert(row.state);
      most_kills_seen_ = std::max(most_kills_seen_, row.kills);
      settle_backoff(row, expected);
    }
  }
  // Rounded up to the model's seconds, so that neither thinks it due before the other: the clock of a test stands
  // still.
  void settle_backoff(const core::Task& row, ModelTask& expected) {
    if (expected.run_at >= 0) return;
    const auto delay = row.run_at - instant(now_);
    expected.run_at = now_ + std::chrono::ceil<seconds>(delay).count();
    if (row.state != TaskState::retryable) return;
    EXPECT_GE(delay, backoff_after(row.attempts, 0));
    EXPECT_LE(delay, backoff_after(row.attempts, 1));
    change([&](Session& s) {
      return s.execute("UPDATE tasks SET run_at = $2 WHERE id = $1", {row.id, instant(expected.run_at)});
    });
  }

  std::mt19937 generator_;
  Model model_;
  std::int64_t now_ = 1000;
  int step_ = 0;
  std::set<TaskState> seen_;
  std::int32_t most_kills_seen_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, History, test::all_stores());

TEST_P(History, of_any_kind_leaves_the_store_as_the_model_says) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    generator_.seed(seed);
    change([](Session& s) { return s.execute("DELETE FROM tasks"); });
    model_ = {};
    for (step_ = 0; step_ < 250; ++step_) {
      step();
      compare();
      if (HasFailure()) return;
    }
  }
  // Histories that go nowhere would agree with any model.
  EXPECT_EQ(seen_.size(), 7U);
  EXPECT_EQ(most_kills_seen_, most_kills);
}

}  // namespace
}  // namespace sightglass::queue
