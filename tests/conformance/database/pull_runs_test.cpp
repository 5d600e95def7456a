#include "database/pull_runs.hpp"

#include "support/pull_rows.hpp"

namespace sightglass::database {
namespace {

using pull_runs::Run;
using pull_runs::State;

class PullRuns : public test::PullStoreTest {
 protected:
  pull_runs::Run run_of(core::PullRunId id) {
    return test::must(read([&](Session& s) { return pull_runs::find(s, id); })).value();
  }
  bool begin(core::PullRunId id, std::string_view node, std::int64_t second = 5) {
    return test::must(write([&](Session& s) { return pull_runs::begin(s, id, node, instant(second)); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PullRuns, test::all_stores());

TEST_P(PullRuns, wait_until_one_node_begins_them) {
  const auto run = add_run(add_source().id, 1);
  auto found = run_of(run.id);
  EXPECT_EQ(found.state, State::queued);
  EXPECT_EQ(found.cause, "person");
  EXPECT_EQ(found.max_files, 10);
  EXPECT_EQ(found.requested_by, "olga");
  EXPECT_EQ(found.requested_at, instant(1));
  EXPECT_FALSE(found.started_at);
  EXPECT_TRUE(begin(run.id, "here"));
  EXPECT_FALSE(begin(run.id, "there")) << "somebody else was quicker";
  found = run_of(run.id);
  EXPECT_EQ(found.state, State::running);
  EXPECT_EQ(found.node, "here");
  EXPECT_EQ(found.started_at, instant(5));
}

TEST_P(PullRuns, are_one_at_a_time_of_a_source) {
  const auto source = add_source().id;
  const auto first = add_run(source, 1);
  const auto second = run_at(source, 2);
  const auto refused = write([&](Session& s) { return pull_runs::insert(s, second); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_runs::unended(s, source); }))->id, first.id);
  end(first, 3);
  EXPECT_FALSE(test::must(read([&](Session& s) { return pull_runs::unended(s, source); })));
  test::must(write([&](Session& s) { return pull_runs::insert(s, second); }));
  const auto elsewhere = add_run(add_source("south").id, 3);
  const auto all = test::must(read([](Session& s) { return pull_runs::all_unended(s); }));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().id, second.id) << "the first asked for first";
  EXPECT_EQ(all.back().id, elsewhere.id);
}

TEST_P(PullRuns, count_what_became_of_files) {
  auto run = add_run(add_source().id, 1);
  begin(run.id, "here");
  run.state = State::running;
  run.phase = "pulling";
  run.listed = 9;
  run.fresh = 8;
  run.pulled = 7;
  run.skipped = 6;
  run.failed = 5;
  run.waiting = 4;
  run.bytes = 5'000'000'000;
  run.error = "a word";
  test::must(write([&](Session& s) { return pull_runs::update(s, run); }));
  const auto found = run_of(run.id);
  EXPECT_EQ(found.phase, "pulling");
  EXPECT_EQ((std::vector{found.listed, found.fresh, found.pulled, found.skipped, found.failed, found.waiting}),
            (std::vector<std::int64_t>{9, 8, 7, 6, 5, 4}));
  EXPECT_EQ(found.bytes, 5'000'000'000);
  EXPECT_EQ(found.error, "a word");
  EXPECT_EQ(found.node, "here") << "who runs it stays";
}

TEST_P(PullRuns, go_on_until_nothing_is_left_when_no_number_is_asked_for) {
  auto run = run_at(add_source().id, 1);
  run.max_files.reset();
  test::must(write([&](Session& s) { return pull_runs::insert(s, run); }));
  EXPECT_FALSE(run_of(run.id).max_files);
}

TEST_P(PullRuns, are_asked_to_stop_until_they_have_ended) {
  const auto run = add_run(add_source().id, 1);
  const auto ask = [&] { return test::must(write([&](Session& s) { return pull_runs::ask_to_stop(s, run.id); })); };
  EXPECT_TRUE(ask());
  auto changed = run;
  changed.phase = "listing";
  test::must(write([&](Session& s) { return pull_runs::update(s, changed); }));
  EXPECT_TRUE(run_of(run.id).should_stop) << "a person's word stays";
  end(run, 2);
  EXPECT_FALSE(ask());
}

TEST_P(PullRuns, are_listed_the_newest_first_page_by_page) {
  const auto source = add_source().id;
  std::vector<core::PullRunId> made;
  for (int i = 0; i < 5; ++i) {
    const auto run = add_run(source, i);
    end(run, i);
    made.insert(made.begin(), run.id);
  }
  const auto page = [&](std::optional<core::PullRunId> before) {
    std::vector<core::PullRunId> found;
    for (const auto& run : test::must(read([&](Session& s) { return pull_runs::list(s, source, before, 3); })))
      found.push_back(run.id);
    return found;
  };
  EXPECT_EQ(page({}), std::vector(made.begin(), made.begin() + 3));
  EXPECT_EQ(page(made[2]), std::vector(made.begin() + 3, made.end()));
}

TEST_P(PullRuns, of_a_node_that_is_gone_go_on_at_another) {
  const auto run = add_run(add_source("a").id, 1);
  const auto take_over = [&] {
    return test::must(write([&](Session& s) { return pull_runs::take_over(s, run.id, "there"); }));
  };
  EXPECT_FALSE(take_over()) << "nobody runs it yet";
  begin(run.id, "here");
  EXPECT_TRUE(take_over());
  EXPECT_EQ(run_of(run.id).state, State::running);
  EXPECT_EQ(run_of(run.id).node, "there");
  EXPECT_EQ(run_of(run.id).started_at, instant(5)) << "when it was begun first";
  end(run, 9);
  EXPECT_FALSE(take_over());
}

TEST_P(PullRuns, are_forgotten_when_old_but_the_newest_of_each_source) {
  const auto source = add_source("a").id;
  const auto other = add_source("b").id;
  for (const auto second : {1, 2, 50}) end(add_run(source, second), second);
  end(add_run(other, 3), 3);
  add_run(other, 4);
  EXPECT_EQ(test::must(write([](Session& s) { return pull_runs::prune(s, instant(40)); })), 3);
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_runs::list(s, source, {}, 9); })).size(), 1U);
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_runs::list(s, other, {}, 9); })).size(), 1U);
  end(add_run(source, 60), 60);
  test::must(write([](Session& s) { return pull_runs::prune(s, instant(1000)); }));
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_runs::list(s, source, {}, 9); })).size(), 1U);
}

}  // namespace
}  // namespace sightglass::database
