// The HTTP/1.1 server: sockets, TLS, time limits, streaming bodies. What is answered is the dispatcher's affair.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"
#include "http/client_address.hpp"
#include "http/dispatch.hpp"
#include "runtime/blocking_pool.hpp"

namespace sightglass::http {

struct ServerOptions {
  std::string listen = "127.0.0.1:8080";  // "address:port", "[::1]:port"; port 0 takes any free one
  std::string tls_certificate{};          // PEM files; both or neither
  std::string tls_key{};
  int threads = 2;             // event loops, 1 and up
  int max_connections = 4096;  // more are answered 503 and closed
  // Likewise. Loopback and trusted proxies speak for everybody and are exempt; of a proxy's clients those requests
  // count that run at once, and more are answered 429.
  int max_connections_per_address = 512;
  TrustedProxies trusted_proxies{};  // whose X-Forwarded-For and X-Forwarded-Proto are believed
  int max_uploads = 64;  // multipart bodies at once, three quarters of them one caller's; more are answered 429
  int max_patient = 64;  // requests at once whose answer takes long to make; more are answered 503
  std::chrono::milliseconds upload_grace{30'000};  // after which an upload must have come at the least rate so far
  std::int64_t least_upload_rate = 1024;           // bytes per second, on average; above it there is no time limit
  std::size_t max_header_bytes = 16U << 10;
  std::size_t upload_chunk_bytes = 256U << 10;       // held in memory for each upload
  std::chrono::milliseconds idle_timeout{60'000};    // between requests of one connection
  std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte to the end of its headers
  std::chrono::milliseconds stall_timeout{30'000};   // without one byte of progress in a body, either way
  std::chrono::milliseconds linger_timeout{2'000};   // for a refused client to read its answer
};

// Threads start with start() and end with stop(). The dispatcher and the pools outlive the server; the pools must not
// be stopped before it.
class Server {
 public:
  // Uploads wait for decoders, many at once, so that they have threads of their own: with `max_uploads` and
  // `max_patient` of them together, no upload waits for a thread, and none takes one from the other requests.
  Server(ServerOptions options, Dispatcher& dispatcher, runtime::BlockingPool& pool,
         runtime::BlockingPool& upload_pool);
  // One pool for everything.
  Server(ServerOptions options, Dispatcher& dispatcher, runtime::BlockingPool& pool)
      : Server(std::move(options), dispatcher, pool, pool) {}
  ~Server();  // stops with no grace
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, listens, starts the threads; gives the port. Errors: invalid_input naming "listen", "tls_certificate" or
  // "tls_key"; unavailable when the address is taken.
  core::Result<std::uint16_t> start();
  // Accepts no more, closes idle connections at once and the others after their answer; cuts off what still runs
  // after `grace`. Blocks until every thread has ended, which a handler that never returns prevents.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds{10'000});

  int connections() const;
  int uploads() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::http
