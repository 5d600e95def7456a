// From a request's head to its response: route, authenticate, guard, handle; then headers, access log and metrics.
// Knows nothing of sockets: the transport calls the steps in order and moves the blocking ones to the pool.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/authenticator.hpp"
#include "core/result.hpp"
#include "http/endpoint.hpp"
#include "http/router.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::http {

// One request on its way. Lives in the transport's coroutine; only one thread at a time works on it.
struct Exchange {
  Request request{};
  const Endpoint* endpoint = nullptr;
  ErrorStyle errors = ErrorStyle::structured;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  bool is_authenticated = false;  // the caller is known, or known to be nobody
  bool may_handle = false;        // the guard let it pass
};

struct DispatchOptions {
  telemetry::Level access_log_level = telemetry::Level::info;
};

// Thread-safe. The references and the table outlive it.
class Dispatcher {
 public:
  Dispatcher(const EndpointTable& table, accounts::Authenticator& authenticator, telemetry::Metrics& metrics,
             DispatchOptions options = {});
  ~Dispatcher();

  // Each step gives a response when the request ends there, else nullopt: go on.

  // Never blocks. Takes the request's id from its headers or makes one, decodes the target, finds the endpoint, and
  // tries the remembered credentials.
  std::optional<Response> begin(Exchange& exchange, std::string_view target);
  // Blocks on the database. To be called when begin() left `is_authenticated` false.
  std::optional<Response> authenticate(Exchange& exchange);
  // Never blocks. Role and scope; then whether the declared body length fits (−1 when chunked).
  std::optional<Response> guard(Exchange& exchange, std::int64_t declared_bytes);
  // Never blocks. The row's fast handler, if it has one and it can answer.
  std::optional<Response> try_fast(Exchange& exchange);
  // Blocks. Runs the row's handler; exceptions become 500. A deferred response calls for handle_patiently().
  Response handle(Exchange& exchange);
  // Blocks for long. Runs the row's patient handler; exceptions become 500.
  Response handle_patiently(Exchange& exchange);

  // Blocks. The channel of a row that is a WebSocket; its error is answered through refuse().
  core::Result<std::unique_ptr<Channel>> subscribe(const Exchange& exchange) const;
  // Blocks. The sink of a row whose body streams; its error is answered through refuse(). `has_body` is false when the
  // request has none at all, nor says what it would be.
  core::Result<std::unique_ptr<ByteSink>> open_body(Exchange& exchange, bool has_body = true);
  // Blocks. Exceptions become internal errors.
  core::Result<void> write_body(ByteSink& sink, std::string_view bytes) const;
  // Blocks. The sink's last word; exceptions become 500.
  Response finish_body(Exchange& exchange, ByteSink& sink);
  // Blocks. The next piece of a body that is made while it is sent. An error, also of an exception, is logged: nobody
  // else can be told any more.
  core::Result<void> make_piece(StreamedBody& body, std::string& piece) const;
  // Compresses and applies conditions to what a handler made; takes time on large texts.
  void refine(const Exchange& exchange, Response& response) const;

  // The answer to `error` in the row's style, logged when the fault is ours.
  Response refuse(const Exchange& exchange, const core::Error& error) const;
  // What every response carries; the last step before sending.
  void add_headers(const Exchange& exchange, Response& response) const;
  // After sending: one line in the access log, and the metrics.
  void record(const Exchange& exchange, int status, std::int64_t bytes_sent);

 private:
  struct Series;
  std::optional<Response> route(Exchange& exchange, std::string_view target);
  std::optional<Response> settle_caller(Exchange& exchange, core::Result<accounts::Caller> outcome) const;
  Response unmatched(const Exchange& exchange, const std::string& allow) const;
  Response run(Exchange& exchange, const Handler& handler) const;
  Series& series_of(const Endpoint* endpoint);

  Router router_;
  accounts::Authenticator& authenticator_;
  telemetry::Metrics& metrics_;
  DispatchOptions options_;
  // Found by the endpoint's place in the table, the last one for requests that matched nothing; filled at the start.
  const Endpoint* first_endpoint_;
  std::vector<std::unique_ptr<Series>> series_;
};

// 1–64 of letters, digits, '.', '_' and '-'.
bool is_request_id(std::string_view text);

}  // namespace sightglass::http
