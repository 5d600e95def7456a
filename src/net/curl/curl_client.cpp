#include <pthread.h>
#include <signal.h>

#include <utility>

#include "net/curl/handle_pool.hpp"
#include "net/curl/transfer.hpp"
#include "net/http_client.hpp"

namespace sightglass::net {
namespace {

using Clock = std::chrono::steady_clock;

// Writing on a TLS connection that the other side has closed raises SIGPIPE, which ends a program that does not ignore
// it. Told not to touch signal handlers, libcurl leaves that to us; handlers belong to the whole program, so that the
// signal is held back and thrown away in this thread alone.
class WithoutBrokenPipes {
 public:
  WithoutBrokenPipes() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutBrokenPipes() {
    const timespec at_once{};
    if (!was_pending_) ::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutBrokenPipes(const WithoutBrokenPipes&) = delete;
  WithoutBrokenPipes& operator=(const WithoutBrokenPipes&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(HttpClientOptions options) : options_(std::move(options)), handles_(options_.most_connections) {}

  core::Result<HttpAnswer> perform(const HttpRequest& request) override {
    const auto until = Clock::now() + request.deadline;
    auto loan = handles_.lend(until);
    if (!loan)
      return core::fail(core::ErrorCode::timeout, "All connections to other servers were in use for too long.");
    const WithoutBrokenPipes held_back;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    return curl::Transfer(loan->get(), request).run(options_, left);
  }

 private:
  const HttpClientOptions options_;
  curl::HandlePool handles_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options) {
  return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace sightglass::net
