#include <utility>

#include "net/curl/handle_pool.hpp"
#include "net/curl/transfer.hpp"
#include "net/curl/without_broken_pipes.hpp"
#include "net/http_client.hpp"

namespace sightglass::net {
namespace {

using Clock = std::chrono::steady_clock;

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(HttpClientOptions options) : options_(std::move(options)), handles_(options_.most_connections) {}

  core::Result<HttpAnswer> perform(const HttpRequest& request) override {
    const auto until = Clock::now() + request.deadline;
    auto loan = handles_.lend(until);
    if (!loan)
      return core::fail(core::ErrorCode::timeout, "All connections to other servers were in use for too long.");
    const curl::WithoutBrokenPipes held_back;
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
