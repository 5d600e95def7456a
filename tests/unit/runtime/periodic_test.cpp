#include "runtime/periodic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <semaphore>
#include <stdexcept>
#include <thread>

namespace sightglass::runtime {
namespace {

using namespace std::chrono_literals;

const auto start = Periodic::TimePoint{} + 1h;

// In every test the pool stands below what its work uses, so that it joins its threads first.

TEST(Periodic, runs_work_when_its_interval_is_over_and_not_before) {
  std::counting_semaphore<> runs(0);
  BlockingPool pool(1, 4);
  Periodic periodic(pool);
  periodic.add("count", 10s, [&] { runs.release(); });
  EXPECT_EQ(periodic.run_due(start), start + 10s);
  EXPECT_EQ(periodic.run_due(start + 9s), start + 10s);
  EXPECT_FALSE(runs.try_acquire());
  EXPECT_EQ(periodic.run_due(start + 10s), start + 20s);
  runs.acquire();
}

TEST(Periodic, skips_a_turn_while_the_one_before_still_runs) {
  std::counting_semaphore<> entered(0);
  std::counting_semaphore<> leave(0);
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  BlockingPool pool(2, 4);
  Periodic periodic(pool);
  periodic.add("slow", 1s, [&] {
    most = std::max(most.load(), ++at_once);
    entered.release();
    leave.acquire();
    --at_once;
  });
  periodic.run_due(start);
  periodic.run_due(start + 1s);
  entered.acquire();
  periodic.run_due(start + 2s);
  EXPECT_EQ(pool.counts().running + pool.counts().queued, 1U);
  leave.release();
  while (pool.counts().finished < 1) std::this_thread::yield();
  periodic.run_due(start + 3s);
  entered.acquire();
  leave.release();
  periodic.stop();
  EXPECT_EQ(most, 1);
}

TEST(Periodic, goes_on_after_work_that_throws) {
  std::counting_semaphore<> runs(0);
  BlockingPool pool(1, 4);
  Periodic periodic(pool);
  periodic.add("fails", 1s, [&] {
    runs.release();
    throw std::runtime_error("broken on purpose");
  });
  periodic.run_due(start);
  periodic.run_due(start + 1s);
  runs.acquire();
  while (pool.counts().finished < 1) std::this_thread::yield();
  periodic.run_due(start + 2s);
  runs.acquire();
}

TEST(Periodic, tries_again_after_the_pool_refused) {
  std::counting_semaphore<> runs(0);
  BlockingPool pool(1, 1);
  Periodic periodic(pool);
  periodic.add("patient", 1s, [&] { runs.release(); });
  std::promise<void> started;
  std::promise<void> release;
  ASSERT_TRUE(pool.try_submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  ASSERT_TRUE(pool.try_submit([] {}));  // the queue is full now
  periodic.run_due(start);
  periodic.run_due(start + 1s);
  EXPECT_EQ(pool.counts().refused, 1);
  release.set_value();
  while (pool.counts().finished < 2) std::this_thread::yield();
  periodic.run_due(start + 2s);
  runs.acquire();
}

TEST(Periodic, runs_by_itself_once_started_and_never_after_stop) {
  std::counting_semaphore<> runs(0);
  std::atomic<int> count{0};
  BlockingPool pool(1, 4);
  Periodic periodic(pool);
  periodic.add("tick", 1ms, [&] {
    ++count;
    runs.release();
  });
  periodic.start();
  runs.acquire();
  runs.acquire();
  periodic.stop();
  const int after_stop = count;
  periodic.run_due(std::chrono::steady_clock::now() + 1h);
  EXPECT_EQ(pool.counts().queued, 0U);
  EXPECT_EQ(count, after_stop);
  periodic.start();  // forbidden after stop: nothing happens
  periodic.stop();
  EXPECT_EQ(count, after_stop);
}

}  // namespace
}  // namespace sightglass::runtime
