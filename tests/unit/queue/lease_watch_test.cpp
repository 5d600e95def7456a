#include "queue/lease_watch.hpp"

#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

using core::TaskState;
using database::Session;
using std::chrono::seconds;

class LeaseWatchTest : public test::StoreTest {
 protected:
  // A task in work whose lease ends at `until`, by the clock of its worker's machine.
  core::TaskId hold(std::int64_t until) {
    return test::must(write([&](Session& s) -> core::Result<core::TaskId> {
      SG_ASSIGN(const auto id, enqueue(s, {.kind = "x"}, instant(0)));
      SG_TRY(claim(s, core::TaskQueue::normal, "w", 1, seconds(60), instant(until - 60)));
      return id;
    }));
  }
  void renew(std::int64_t at) {
    test::must(write([&](Session& s) { return renew_all(s, "w", seconds(60), instant(at)); }));
  }
  TaskState state_of(core::TaskId id) {
    return test::must(read([&](Session& s) { return find(s, id); })).value().state;
  }
  // Looks every five seconds of this process's own time, up to `until` and including it.
  void look_until(std::int64_t until) {
    for (; looked_ <= until; looked_ += 5) test::must(watch_.look(*database_, clock_, start_ + seconds(looked_)));
  }

  core::SystemClock clock_;
  LeaseWatch watch_{seconds(60)};
  LeaseWatch::TimePoint start_ = LeaseWatch::TimePoint() + std::chrono::hours(1);
  std::int64_t looked_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, LeaseWatchTest, test::all_stores());

TEST_P(LeaseWatchTest, gives_back_what_nobody_renews_whatever_the_clocks_say) {
  const auto id = hold(4'000'000'000);  // of a machine that is decades ahead
  look_until(60);
  EXPECT_EQ(state_of(id), TaskState::running);
  look_until(65);
  EXPECT_EQ(state_of(id), TaskState::retryable);
}

TEST_P(LeaseWatchTest, leaves_what_is_renewed_by_a_machine_that_is_behind) {
  const auto id = hold(60);
  for (const std::int64_t time : {40, 80, 120, 160}) {
    renew(time);  // half a century ago, to this one
    look_until(time);
  }
  EXPECT_EQ(state_of(id), TaskState::running);
}

TEST_P(LeaseWatchTest, gives_the_whole_time_anew_after_a_pause_in_looking) {
  const auto id = hold(60);
  look_until(50);
  looked_ = 200;  // the database was away, and nobody could renew either
  look_until(260);
  EXPECT_EQ(state_of(id), TaskState::running);
  look_until(265);
  EXPECT_EQ(state_of(id), TaskState::retryable);
}

}  // namespace
}  // namespace sightglass::queue
