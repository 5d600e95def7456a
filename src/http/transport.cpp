#include "http/transport.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <thread>

#include "http/transport_connection.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

// One thread with its own event loop: a connection stays on its loop, so that nothing in it needs a lock.
struct Loop {
  asio::io_context io{1};
  // Keeps an idle loop running; dropped at shutdown, so that the loop ends with its last connection.
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> stays{asio::make_work_guard(io)};
  std::list<Closable*> connections{};
  std::thread thread{};
};

// Registers a connection with its loop while it lives.
class Registered {
 public:
  Registered(Loop& loop, Closable& connection)
      : loop_(loop), place_(loop.connections.insert(loop.connections.end(), &connection)) {}
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;
  ~Registered() { loop_.connections.erase(place_); }

 private:
  Loop& loop_;
  std::list<Closable*>::iterator place_;
};

core::Result<tcp::endpoint> parse_listen(const std::string& listen) {
  const auto wrong = [&](std::string_view why) {
    return core::fail(core::invalid_input("listen", fmt::format("\"{}\": {}; write address:port", listen, why)));
  };
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) return wrong("there is no port");
  auto host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  std::uint16_t port = 0;
  const char* const end = listen.data() + listen.size();
  const auto [parsed_to, failure] = std::from_chars(listen.data() + colon + 1, end, port);
  if (failure != std::errc{} || parsed_to != end) return wrong("the port is not a number from 0 to 65535");
  error_code bad_address;
  const auto address = asio::ip::make_address(host, bad_address);
  if (bad_address) return wrong("the address is no IP address");
  return tcp::endpoint(address, port);
}

// An exception that reaches here ends one connection, never the server.
void log_failure(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& exception) {
    telemetry::log_error("a connection failed", {{"cause", exception.what()}});
  } catch (...) {
    telemetry::log_error("a connection failed", {{"cause", "an exception of an unknown type"}});
  }
}

// `share` is the connection's of its address.
asio::awaitable<void> serve_plain(TransportContext& context, Loop& loop, tcp::socket socket, std::string peer,
                                  [[maybe_unused]] Shares::Share share) {
  const Counted counted(context.connections);
  Connection<PlainStream> connection(context, PlainStream(std::move(socket)), std::move(peer), false);
  const Registered registered(loop, connection);
  co_await connection.serve();
}

asio::awaitable<void> serve_tls(TransportContext& context, Loop& loop, asio::ssl::context& tls, tcp::socket socket,
                                std::string peer, [[maybe_unused]] Shares::Share share) {
  const Counted counted(context.connections);
  Connection<TlsStream> connection(context, TlsStream(PlainStream(std::move(socket)), tls), std::move(peer), true);
  const Registered registered(loop, connection);
  auto& lowest = beast::get_lowest_layer(connection.stream());
  lowest.expires_after(context.options.header_timeout);
  const auto [failure] = co_await connection.stream().async_handshake(asio::ssl::stream_base::server, as_outcome);
  if (failure) co_return;
  co_await connection.serve();
  lowest.expires_after(context.options.linger_timeout);
  [[maybe_unused]] const auto [ignored] = co_await connection.stream().async_shutdown(as_outcome);
}

asio::awaitable<void> turn_away(tcp::socket socket) {
  static constexpr std::string_view answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  [[maybe_unused]] const auto [failure, sent] =
      co_await asio::async_write(socket, asio::buffer(answer.data(), answer.size()), as_outcome);
  error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

// Waits until the loop's connections are gone, but not longer than `grace`; what is left loses its socket.
asio::awaitable<void> cut_off_after(Loop& loop, Milliseconds grace) {
  constexpr Milliseconds step{5};
  asio::steady_timer timer(loop.io);
  for (auto left = grace; left.count() > 0 && !loop.connections.empty(); left -= step) {
    timer.expires_after(step);
    [[maybe_unused]] const auto [ignored] = co_await timer.async_wait(as_outcome);
  }
  for (auto* connection : loop.connections) connection->abort();
}

}  // namespace

struct Server::Impl {
  TransportContext context;
  std::vector<std::unique_ptr<Loop>> loops{};
  std::optional<tcp::acceptor> acceptor{};
  std::optional<asio::ssl::context> tls{};
  std::size_t next_loop = 0;

  core::Result<void> load_certificate();
  core::Result<std::uint16_t> listen();
  asio::awaitable<void> accept();
  void take(Loop& loop, tcp::socket socket);
  template <typename Action>
  void on_every_loop(const Action& action) {
    for (auto& loop : loops) asio::post(loop->io, [&loop = *loop, action] { action(loop); });
  }
};

core::Result<void> Server::Impl::load_certificate() {
  const auto& options = context.options;
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return core::fail(core::invalid_input(options.tls_key.empty() ? "tls_key" : "tls_certificate",
                                          "TLS needs both a certificate and its key"));
  }
  if (options.tls_certificate.empty()) return {};
  auto& made = tls.emplace(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(made.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(made.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  error_code failure;
  made.use_certificate_chain_file(options.tls_certificate, failure);
  if (failure)
    return core::fail(core::invalid_input("tls_certificate", "tls_certificate cannot be read: " + failure.message()));
  made.use_private_key_file(options.tls_key, asio::ssl::context::pem, failure);
  if (failure) return core::fail(core::invalid_input("tls_key", "tls_key cannot be read: " + failure.message()));
  return {};
}

core::Result<std::uint16_t> Server::Impl::listen() {
  SG_ASSIGN(const auto endpoint, parse_listen(context.options.listen));
  error_code failure;
  acceptor.emplace(loops.front()->io);
  acceptor->open(endpoint.protocol(), failure);
  if (!failure) acceptor->set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor->bind(endpoint, failure);
  if (!failure) acceptor->listen(asio::socket_base::max_listen_connections, failure);
  if (failure)
    return core::fail(core::unavailable(fmt::format("cannot listen on {}", context.options.listen), failure.message()));
  return acceptor->local_endpoint().port();
}

asio::awaitable<void> Server::Impl::accept() {
  while (!context.is_stopping) {
    auto& loop = *loops[next_loop++ % loops.size()];
    auto [failure, socket] = co_await acceptor->async_accept(loop.io, as_outcome);
    if (!failure) {
      take(loop, std::move(socket));
      continue;
    }
    if (context.is_stopping) co_return;
    // Out of descriptors: others must close first.
    asio::steady_timer pause(loops.front()->io, Milliseconds{50});
    [[maybe_unused]] const auto [ignored] = co_await pause.async_wait(as_outcome);
  }
}

void Server::Impl::take(Loop& loop, tcp::socket socket) {
  error_code failure;
  const auto endpoint = socket.remote_endpoint(failure);
  if (failure) return;
  socket.set_option(tcp::no_delay(true), failure);
  auto peer = endpoint.address().to_string();
  const auto& options = context.options;
  const bool speaks_for_many = endpoint.address().is_loopback() || options.trusted_proxies.contains(peer);
  const int most = speaks_for_many ? std::numeric_limits<int>::max() : options.max_connections_per_address;
  auto share = context.address_shares.take(peer, most);
  if (!share || context.connections >= options.max_connections) {
    asio::co_spawn(loop.io, turn_away(std::move(socket)), log_failure);
  } else if (tls) {
    asio::co_spawn(loop.io, serve_tls(context, loop, *tls, std::move(socket), std::move(peer), std::move(share)),
                   log_failure);
  } else {
    asio::co_spawn(loop.io, serve_plain(context, loop, std::move(socket), std::move(peer), std::move(share)),
                   log_failure);
  }
}

Server::Server(ServerOptions options, Dispatcher& dispatcher, runtime::BlockingPool& pool,
               runtime::BlockingPool& upload_pool)
    : impl_(new Impl{.context = {std::move(options), dispatcher, pool, upload_pool}}) {}

Server::~Server() { stop(Milliseconds{0}); }

core::Result<std::uint16_t> Server::start() {
  SG_TRY(impl_->load_certificate());
  for (int i = 0; i < std::max(1, impl_->context.options.threads); ++i)
    impl_->loops.push_back(std::make_unique<Loop>());
  SG_ASSIGN(const auto port, impl_->listen());
  asio::co_spawn(impl_->loops.front()->io, impl_->accept(), log_failure);
  for (auto& loop : impl_->loops) {
    loop->thread = std::thread([&io = loop->io] { io.run(); });
  }
  return port;
}

void Server::stop(std::chrono::milliseconds grace) {
  auto& context = impl_->context;
  if (impl_->loops.empty() || context.is_stopping.exchange(true)) return;
  asio::post(impl_->loops.front()->io, [impl = impl_.get()] {
    error_code ignored;
    if (impl->acceptor) impl->acceptor->close(ignored);
  });
  impl_->on_every_loop([grace](Loop& loop) {
    for (auto* connection : loop.connections) connection->close_if_idle();
    asio::co_spawn(loop.io, cut_off_after(loop, grace), log_failure);
    loop.stays.reset();
  });
  for (auto& loop : impl_->loops)
    if (loop->thread.joinable()) loop->thread.join();
}

int Server::connections() const { return impl_->context.connections; }
int Server::uploads() const { return impl_->context.uploads; }

}  // namespace sightglass::http
