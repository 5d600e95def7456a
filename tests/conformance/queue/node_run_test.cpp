// Runs of several nodes on every store: who is silent is declared over, who lives never, and the tasks go on.
#include "queue/node_run.hpp"

#include <atomic>

#include "queue/presence.hpp"
#include "queue/run_watch.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using database::Session;
using namespace std::chrono_literals;
namespace runs = database::runs;

class StillClock final : public core::Clock {
 public:
  core::Instant now() const override { return core::from_micros(1'700'000'000'000'000); }
};

// A process with its run; its thread is not started, so that each sign of life is the test's.
struct Node {
  Node(database::Database& database, const core::Clock& clock, const std::string& name, bool is_node = true)
      : run(database, clock, current,
            {.name = name,
             .role = is_node ? "serve" : "intake",
             .version = "1",
             .is_node = is_node,
             .when_begun = [this](const runs::Run&) { ++begun; }}) {
    test::must(run.begin());
  }
  database::RunId id() const { return current.take().value().value(); }
  std::atomic<int> begun = 0;
  database::CurrentRun current;
  NodeRun run;
};

class NodeRuns : public test::StoreTest {
 protected:
  using Time = std::chrono::steady_clock::time_point;

  core::TaskId add_task() {
    return test::must(write([&](Session& s) { return enqueue(s, {.kind = "noop"}, clock.now()); }));
  }
  core::Task claim_as(const std::string& owner) {
    return test::must(write([&](Session& s) { return claim(s, core::TaskQueue::normal, owner, 1, 60s, clock.now()); }))
        .at(0);
  }
  core::Task task(core::TaskId id) {
    return test::must(read([&](Session& s) { return find(s, id); })).value();
  }
  std::size_t look(RunWatch& watch, Time now) { return test::must(watch.look(*database_, clock, now)).size(); }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    for (const auto& node : test::must(read(list_nodes))) found.push_back(node.node.name);
    return found;
  }
  StillClock clock;
  const Time start = Time{} + 1h;
};
INSTANTIATE_TEST_SUITE_P(Stores, NodeRuns, test::all_stores());

TEST_P(NodeRuns, that_fall_silent_are_over_and_their_tasks_go_to_others_without_losing_an_attempt) {
  Node lost(*database_, clock, "lost");
  Node here(*database_, clock, "here");
  const auto id = add_task();
  claim_as(owner_prefix(lost.run.run()) + "1");
  const auto kept_id = add_task();
  claim_as(owner_prefix(here.run.run()) + "1");
  RunWatch watch;
  for (auto now = start; now < start + run_lost; now += run_beat) {
    EXPECT_EQ(look(watch, now), 0U);
    here.run.turn({}, now);
  }
  EXPECT_EQ(look(watch, start + run_lost), 1U);
  EXPECT_EQ(task(id).state, core::TaskState::retryable);
  EXPECT_EQ(task(id).attempts, 0);
  EXPECT_EQ(task(kept_id).state, core::TaskState::running);
  EXPECT_EQ(look(watch, start + run_lost + run_beat), 0U) << "once";
}

TEST_P(NodeRuns, are_given_the_whole_time_anew_after_a_pause_in_looking) {
  Node other(*database_, clock, "other");
  RunWatch watch;
  look(watch, start);
  EXPECT_EQ(look(watch, start + 1h), 0U) << "nobody could look, and nobody could beat";
  EXPECT_EQ(look(watch, start + 1h + run_beat), 0U);
  EXPECT_TRUE(test::must(read(runs::living_ids)).contains(other.id()));
}

TEST_P(NodeRuns, that_were_declared_over_go_on_as_others_under_the_same_name) {
  Node node(*database_, clock, "plant");
  const auto first = node.id();
  test::must(write([&](Session& s) { return declare_over(s, node.run.run(), {}, clock.now()); }));
  test::must(write([&](Session& s) { return runs::set_settled(s, first, clock.now()); }));
  node.run.turn({}, start);
  EXPECT_NE(node.id(), first);
  EXPECT_EQ(node.begun, 2);
  EXPECT_EQ(node.run.run().name, "plant");
  EXPECT_EQ(names(), std::vector<std::string>{"plant"});
  EXPECT_EQ(test::must(read(runs::list_unsettled)), std::vector<database::RunId>{first})
      << "it may have left something since it was settled";
}

TEST_P(NodeRuns, of_one_name_do_not_take_each_other_for_themselves) {
  Node first(*database_, clock, "plant");
  Node second(*database_, clock, "plant");
  EXPECT_EQ(second.run.run().name, "plant-2");
  EXPECT_EQ(names(), (std::vector<std::string>{"plant", "plant-2"}));
  const auto id = add_task();
  claim_as(owner_prefix(first.run.run()) + "1");
  test::must(second.run.end());
  EXPECT_EQ(task(id).state, core::TaskState::running) << "the other's";
  EXPECT_EQ(names(), std::vector<std::string>{"plant"});
  Node third(*database_, clock, "plant");
  EXPECT_EQ(third.run.run().name, "plant-2") << "the number is free again";
}

TEST_P(NodeRuns, that_left_something_retire_so_that_it_can_be_settled) {
  Node intake(*database_, clock, "plant", false);
  const auto first = intake.id();
  intake.run.turn({.has_left = true}, start);
  EXPECT_NE(intake.id(), first);
  EXPECT_TRUE(test::must(read(runs::living_ids)).contains(first)) << "what was begun under it may still end";
  intake.run.turn({}, start + 1min);
  EXPECT_TRUE(test::must(read(runs::living_ids)).contains(first));
  intake.run.turn({}, start + 2min);
  EXPECT_EQ(test::must(read(runs::list_unsettled)), std::vector<database::RunId>{first});
  EXPECT_TRUE(test::must(read(runs::living_ids)).contains(intake.id()));
  EXPECT_TRUE(names().empty()) << "people see nodes, not what they take in";
}

TEST_P(NodeRuns, end_with_their_tasks_given_back) {
  Node node(*database_, clock, "plant");
  const auto id = add_task();
  claim_as(owner_prefix(node.run.run()) + "1");
  test::must(node.run.end());
  EXPECT_EQ(task(id).state, core::TaskState::retryable);
  EXPECT_TRUE(test::must(read(runs::living_ids)).empty());
  EXPECT_TRUE(names().empty());
}

TEST_P(NodeRuns, keep_themselves_alive_by_a_thread_of_their_own_and_begin_anew_at_once_when_told) {
  Node node(*database_, clock, "plant");
  node.run.keep();
  const auto first = node.id();
  test::must(write([&](Session& s) { return declare_over(s, node.run.run(), {}, clock.now()); }));
  node.current.note_over(first);
  while (node.begun < 2) std::this_thread::yield();
  EXPECT_NE(node.id(), first);
}

}  // namespace
}  // namespace sightglass::queue
