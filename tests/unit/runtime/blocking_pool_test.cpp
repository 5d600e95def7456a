#include "runtime/blocking_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

namespace sightglass::runtime {
namespace {

// In every test the pool stands below what its work uses, so that it joins its threads first.

TEST(BlockingPool, starts_no_thread_before_the_first_work) {
  BlockingPool pool(4, 8);
  EXPECT_EQ(pool.counts().threads, 0U);
}

TEST(BlockingPool, runs_work_of_as_many_threads_as_allowed_at_once) {
  std::latch all_running(3);
  std::promise<void> done;
  BlockingPool pool(3, 8);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.try_submit([&, i] {
      all_running.arrive_and_wait();  // passes only when three threads run
      if (i == 0) done.set_value();
    }));
  }
  done.get_future().wait();
  EXPECT_EQ(pool.counts().threads, 3U);
}

TEST(BlockingPool, refuses_work_when_the_queue_is_full) {
  std::promise<void> started;
  std::promise<void> release;
  BlockingPool pool(1, 1);
  ASSERT_TRUE(pool.try_submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.try_submit([] {}));
  EXPECT_FALSE(pool.try_submit([] {}));
  EXPECT_EQ(pool.counts().refused, 1);
  EXPECT_EQ(pool.counts().queued, 1U);
  release.set_value();
}

TEST(BlockingPool, goes_on_after_work_that_throws) {
  std::promise<void> after;
  BlockingPool pool(1, 4);
  ASSERT_TRUE(pool.try_submit([] { throw std::runtime_error("broken on purpose"); }));
  ASSERT_TRUE(pool.try_submit([&] { after.set_value(); }));
  after.get_future().wait();
  EXPECT_GE(pool.counts().finished, 1);
}

TEST(BlockingPool, finishes_what_runs_and_drops_what_waits_when_stopped) {
  std::promise<void> started;
  std::promise<void> release;
  std::atomic<bool> finished{false};
  std::atomic<bool> waited_ran{false};
  BlockingPool pool(1, 4);
  auto token = std::make_shared<int>(1);
  ASSERT_TRUE(pool.try_submit([&] {
    started.set_value();
    release.get_future().wait();
    finished = true;
  }));
  started.get_future().wait();
  ASSERT_TRUE(pool.try_submit([&, token] { waited_ran = true; }));
  std::thread stopper([&] { pool.stop(); });
  while (pool.counts().queued != 0) std::this_thread::yield();
  release.set_value();
  stopper.join();
  EXPECT_TRUE(finished);
  EXPECT_FALSE(waited_ran);
  EXPECT_EQ(token.use_count(), 1) << "dropped work must be destroyed";
  EXPECT_FALSE(pool.try_submit([] {})) << "a stopped pool takes nothing";
}

TEST(BlockingPool, releases_what_work_captured_once_it_ran) {
  auto token = std::make_shared<int>(1);
  std::promise<void> next;
  BlockingPool pool(1, 4);
  ASSERT_TRUE(pool.try_submit([token] {}));
  ASSERT_TRUE(pool.try_submit([&] { next.set_value(); }));
  next.get_future().wait();
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace sightglass::runtime
