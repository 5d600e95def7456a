#include "runtime/run_blocking.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace sightglass::runtime {
namespace {

namespace asio = boost::asio;

// Runs one coroutine to its end on this thread.
template <typename T>
T run(asio::io_context& context, asio::awaitable<T> coroutine) {
  auto future = asio::co_spawn(context, std::move(coroutine), asio::use_future);
  context.restart();
  context.run();
  return future.get();
}

TEST(RunBlocking, runs_on_the_pool_and_resumes_on_the_callers_thread) {
  asio::io_context context;
  BlockingPool pool(1, 4);
  std::thread::id worker;
  std::thread::id resumed;
  const auto answer = run<int>(context, [](auto& blocking, auto& on, auto& after) -> asio::awaitable<int> {
    const int value = co_await run_blocking(blocking, [&on] {
      on = std::this_thread::get_id();
      return 42;
    });
    after = std::this_thread::get_id();
    co_return value;
  }(pool, worker, resumed));
  EXPECT_EQ(answer, 42);
  EXPECT_NE(worker, std::this_thread::get_id());
  EXPECT_EQ(resumed, std::this_thread::get_id());
}

TEST(RunBlocking, carries_values_that_can_only_be_moved_and_cannot_be_made_empty) {
  struct Sealed {
    explicit Sealed(int v) : value(std::make_unique<int>(v)) {}
    std::unique_ptr<int> value;
  };
  asio::io_context context;
  BlockingPool pool(1, 4);
  const auto answer = run<int>(context, [](auto& blocking) -> asio::awaitable<int> {
    const auto sealed = co_await run_blocking(blocking, [] { return Sealed(7); });
    co_return *sealed.value;
  }(pool));
  EXPECT_EQ(answer, 7);
}

TEST(RunBlocking, works_for_work_without_a_value) {
  asio::io_context context;
  BlockingPool pool(1, 4);
  bool ran = false;
  run(context, run_blocking(pool, [&ran] { ran = true; }));
  EXPECT_TRUE(ran);
}

TEST(RunBlocking, lets_exceptions_through) {
  asio::io_context context;
  BlockingPool pool(1, 4);
  EXPECT_THROW(run(context, run_blocking(pool, []() -> int { throw std::out_of_range("on purpose"); })),
               std::out_of_range);
}

TEST(RunBlocking, gives_unavailable_when_the_pool_takes_no_more) {
  asio::io_context context;
  BlockingPool pool(1, 4);
  pool.stop();
  const auto result = run(context, run_blocking(pool, []() -> core::Result<int> { return 1; }));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, core::ErrorCode::unavailable);
  EXPECT_THROW(run(context, run_blocking(pool, [] { return 1; })), PoolUnavailable);
}

TEST(RunBlocking, wakes_the_coroutine_when_the_pool_drops_its_work) {
  asio::io_context context;
  BlockingPool pool(1, 4);
  std::promise<void> started;
  std::promise<void> release;
  ASSERT_TRUE(pool.try_submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  auto waiting = asio::co_spawn(context, run_blocking(pool, []() -> core::Result<int> { return 1; }), asio::use_future);
  context.poll();
  std::thread stopper([&] { pool.stop(); });
  while (pool.counts().queued != 0) std::this_thread::yield();
  release.set_value();
  stopper.join();
  context.run();
  const auto result = waiting.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, core::ErrorCode::unavailable);
}

TEST(RunBlocking, survives_an_event_loop_that_stopped_before_the_answer_came) {
  BlockingPool pool(1, 4);
  auto token = std::make_shared<int>(1);
  {
    asio::io_context context;
    asio::co_spawn(context, run_blocking(pool, [token] { return *token; }), [](std::exception_ptr, int) {});
    context.poll_one();
    pool.stop();
  }
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace sightglass::runtime
