// The one bridge from coroutines to blocking work: runs a function on a BlockingPool and resumes the caller.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/result.hpp"
#include "runtime/blocking_pool.hpp"

namespace sightglass::runtime {

// The pool refused the work or stopped before running it. Thrown only where the work's own return type cannot
// carry an error.
class PoolUnavailable : public std::runtime_error {
 public:
  PoolUnavailable() : std::runtime_error("the server is too busy to take on more work") {}
};

namespace detail {

template <typename T>
inline constexpr bool is_result = false;
template <typename T>
inline constexpr bool is_result<core::Result<T>> = true;

// What travels back to the coroutine: void has no values, so a monostate stands in.
template <typename T>
using Carried = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// Owns the suspended coroutine and answers it exactly once, from whichever thread: with an outcome, or, when it is
// destroyed unanswered because the pool dropped the work, with PoolUnavailable.
template <typename Handler, typename T>
class Reply {
 public:
  using Executor = boost::asio::associated_executor_t<Handler>;
  // Keeps the event loop running while the only thing outstanding is blocking work.
  using TrackedExecutor = std::decay_t<
      typename boost::asio::prefer_result<Executor, boost::asio::execution::outstanding_work_t::tracked_t>::type>;

  explicit Reply(Handler&& handler)
      : executor_(boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                      boost::asio::execution::outstanding_work.tracked)),
        handler_(std::make_unique<Handler>(std::move(handler))) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (handler_) send(std::make_exception_ptr(PoolUnavailable{}), std::nullopt);
  }

  void send(std::exception_ptr error, std::optional<T> value) {
    boost::asio::post(executor_,
                      [handler = std::move(handler_), error = std::move(error), value = std::move(value)]() mutable {
                        std::move (*handler)(error, std::move(value));
                      });
  }

 private:
  TrackedExecutor executor_;
  std::unique_ptr<Handler> handler_;
};

template <typename Reply, typename F>
void perform(Reply& reply, F& work) {
  using T = std::invoke_result_t<F&>;
  try {
    if constexpr (std::is_void_v<T>) {
      work();
      reply.send(nullptr, std::monostate{});
    } else {
      reply.send(nullptr, work());
    }
  } catch (...) {
    reply.send(std::current_exception(), std::nullopt);
  }
}

}  // namespace detail

// Runs `work` on a thread of `pool` and gives its value on the caller's executor. Never blocks.
// An exception from `work` is rethrown here. When the pool is full or stops before it ran, a work that returns
// Result<…> gives ErrorCode::unavailable; any other throws PoolUnavailable.
// Work that has started cannot be cancelled, and a `|| timer` waits for it: what blocks must hold its own deadline.
// The pool must be stopped before the event loop is destroyed.
template <typename F>
boost::asio::awaitable<std::invoke_result_t<F&>> run_blocking(BlockingPool& pool, F work) {
  using T = std::invoke_result_t<F&>;
  using Value = detail::Carried<T>;
  std::optional<Value> value;
  bool is_refused = false;
  try {
    value = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                 void(std::exception_ptr, std::optional<Value>)>(
        [&pool](auto&& handler, F inner) {
          detail::Reply<std::decay_t<decltype(handler)>, Value> reply(std::move(handler));
          // A refused work is destroyed with its reply, which is how the coroutine hears of it.
          pool.try_submit(
              [reply = std::move(reply), inner = std::move(inner)]() mutable { detail::perform(reply, inner); });
        },
        boost::asio::use_awaitable, std::move(work));
  } catch (const PoolUnavailable&) {
    if constexpr (!detail::is_result<T>) throw;
    is_refused = true;
  }
  if constexpr (detail::is_result<T>) {
    if (is_refused) co_return std::unexpected(core::unavailable(PoolUnavailable{}.what()));
  }
  if constexpr (!std::is_void_v<T>) co_return std::move(*value);
}

}  // namespace sightglass::runtime
