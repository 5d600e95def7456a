#include "database/runs.hpp"

#include <atomic>
#include <latch>
#include <thread>

#include "database/current_run.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

class Runs : public test::StoreTest {
 protected:
  RunId begin(const std::string& name = "plant") {
    const auto id = RunId::make(instant(0));
    test::must(write([&](Session& session) {
      return runs::begin(session, {.id = id, .name = name, .role = "serve", .started_at = instant(0)});
    }));
    return id;
  }
  core::Result<void> record_under(RunId id) {
    return write([&](Session& session) -> core::Result<void> {
      SG_TRY(runs::hold(session, id));
      const auto place = core::LocationId::make(instant(0));
      return locations::insert(session, {.id = place, .name = place.to_string()});
    });
  }
  bool fence(RunId id, std::optional<std::int64_t> beats = {}) {
    return test::must(write([&](Session& session) { return runs::fence(session, id, beats, instant(10)); }));
  }
  bool beat(RunId id) {
    return test::must(database_->write_guarded([&](Session& session) { return runs::beat(session, id, instant(5)); }));
  }
  std::size_t recorded() {
    return test::must(read([](Session& session) { return locations::list(session, {.limit = 100}); })).size();
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Runs, test::all_stores());

TEST_P(Runs, record_until_they_are_fenced_and_nothing_afterwards) {
  const auto run = begin();
  EXPECT_TRUE(record_under(run));
  EXPECT_TRUE(fence(run));
  const auto refused = record_under(run);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(runs::is_fenced(refused.error()));
  EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(recorded(), 1U);
  EXPECT_FALSE(beat(run));
  EXPECT_FALSE(fence(run)) << "only once";
}

TEST_P(Runs, that_nobody_knows_count_as_fenced) {
  const auto refused = record_under(RunId::make(instant(0)));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(runs::is_fenced(refused.error()));
}

TEST_P(Runs, are_not_asked_for_where_there_are_none) {
  EXPECT_TRUE(write([](Session& session) { return runs::hold(session, std::nullopt); }));
  EXPECT_TRUE(runs::wait_for_commits(*database_, std::nullopt));
}

TEST_P(Runs, are_not_fenced_for_an_old_silence_when_they_gave_a_sign_since) {
  const auto run = begin();
  const auto seen = test::must(read([&](Session& session) { return runs::find(session, run); })).value();
  EXPECT_TRUE(beat(run));
  EXPECT_FALSE(fence(run, seen.beats));
  EXPECT_TRUE(fence(run, seen.beats + 1));
}

TEST_P(Runs, are_fenced_behind_the_transactions_that_hold_on_to_them) {
  const auto run = begin();
  const auto other = connect();
  std::latch holds(1);
  std::atomic<bool> is_fenced = false;
  std::jthread fencer([&] {
    holds.wait();
    EXPECT_TRUE(test::must(other->write([&](Session& session) { return runs::fence(session, run, {}, instant(9)); })));
    is_fenced = true;
  });
  bool has_told = false;
  test::must(write([&](Session& session) -> core::Result<void> {
    SG_TRY(runs::hold(session, run));
    if (!std::exchange(has_told, true)) holds.count_down();
    for (int i = 0; i < 50; ++i) {
      EXPECT_FALSE(is_fenced);
      std::this_thread::yield();
    }
    return locations::insert(session, {.id = core::LocationId::make(instant(0)), .name = "recorded"});
  }));
  fencer.join();
  EXPECT_EQ(recorded(), 1U);
}

// However both meet, a fence that was answered lets nothing through, and what was recorded was there before it.
TEST_P(Runs, that_are_fenced_under_load_record_nothing_more) {
  const auto other = connect();
  // Two processes at the embedded file do not wait for each other in turn: one that never pauses would starve the
  // other.
  Database& fencing = is_postgres() ? *other : *database_;
  for (int round = 0; round < 5; ++round) {
    const auto run = begin();
    std::atomic<bool> is_over = false;
    std::atomic<int> kept = 0;
    std::vector<std::jthread> recorders;
    for (int i = 0; i < 3; ++i)
      recorders.emplace_back([&] {
        while (!is_over) {
          const auto done = record_under(run);
          if (done) ++kept;
          if (!done && runs::is_fenced(done.error())) return;
        }
      });
    while (kept < 3) std::this_thread::yield();
    EXPECT_TRUE(test::must(fencing.write([&](Session& session) { return runs::fence(session, run, {}, instant(9)); })));
    const auto at_the_fence = recorded();
    recorders.clear();
    is_over = true;
    EXPECT_EQ(recorded(), at_the_fence);
    test::must(write([](Session& session) { return session.execute("DELETE FROM locations"); }));
  }
}

TEST_P(Runs, that_are_over_are_known_until_they_are_settled_and_old) {
  const auto living = begin("a");
  const auto ended = begin("b");
  EXPECT_TRUE(fence(ended));
  EXPECT_EQ(test::must(read(runs::living_ids)), std::unordered_set<RunId>{living});
  EXPECT_EQ(test::must(read(runs::list_unsettled)), std::vector<RunId>{ended});
  const auto prune = [&] { return test::must(write([](Session& s) { return runs::prune(s, instant(1000)); })); };
  EXPECT_EQ(prune(), 0) << "its journals may still be there";
  test::must(write([&](Session& session) { return runs::set_settled(session, ended, instant(20)); }));
  EXPECT_TRUE(test::must(read(runs::list_unsettled)).empty());
  test::must(write([&](Session& session) { return runs::set_unsettled(session, ended); }));
  EXPECT_EQ(test::must(read(runs::list_unsettled)), std::vector<RunId>{ended});
  test::must(write([&](Session& session) { return runs::set_settled(session, ended, instant(20)); }));
  EXPECT_EQ(prune(), 1);
  EXPECT_EQ(test::must(read(runs::list_living)).size(), 1U);
}

TEST_P(Runs, that_live_are_never_called_settled) {
  const auto living = begin();
  test::must(write([&](Session& session) { return runs::set_settled(session, living, instant(1)); }));
  EXPECT_TRUE(fence(living));
  EXPECT_EQ(test::must(read(runs::list_unsettled)), std::vector<RunId>{living});
}

TEST(CurrentRun, refuses_between_the_news_that_it_is_over_and_the_next_one) {
  CurrentRun current;
  EXPECT_EQ(current.take().value(), std::nullopt);
  const auto first = RunId::make(core::from_micros(1'000'000));
  const auto second = RunId::make(core::from_micros(2'000'000));
  current.set(first);
  EXPECT_EQ(current.take().value(), first);
  current.note_over(first);
  EXPECT_TRUE(runs::is_fenced(current.take().error()));
  EXPECT_TRUE(current.wait(std::chrono::steady_clock::now()).is_over);
  EXPECT_FALSE(current.wait(std::chrono::steady_clock::now()).is_over) << "told once";
  current.set(second);
  current.note_over(first);  // a late answer about the one before
  EXPECT_EQ(current.take().value(), second);
  current.note_left();
  EXPECT_TRUE(current.wait(std::chrono::steady_clock::now()).has_left);
}

}  // namespace
}  // namespace sightglass::database
