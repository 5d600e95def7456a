// One client connection as a coroutine, over plain TCP or TLS. The bodies are compiled once for each stream, in
// transport_plain.cpp and transport_tls.cpp: each costs a minute and half a gigabyte, and so they run side by side.
#pragma once

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/conditional.hpp"
#include "http/dispatch.hpp"
#include "http/problem.hpp"
#include "http/shares.hpp"
#include "http/transport.hpp"
#include "http/transport_head.hpp"
#include "http/transport_stall_watch.hpp"
#include "runtime/run_blocking.hpp"

namespace sightglass::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Milliseconds = std::chrono::milliseconds;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// Waits without exceptions: (error_code, value…).
inline constexpr auto as_outcome = asio::experimental::as_tuple(asio::use_awaitable);

// What all connections of a server share.
struct TransportContext {
  ServerOptions options;
  Dispatcher& dispatcher;
  runtime::BlockingPool& pool;
  runtime::BlockingPool& upload_pool;
  std::atomic<int> connections{0};
  std::atomic<int> uploads{0};
  std::atomic<int> patient{0};  // requests whose answer takes long to make
  Shares address_shares{};      // of connections
  Shares upload_shares{};       // of uploads, by user
  std::atomic<bool> is_stopping{false};
};

// Counts one up while it lives.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count), value_(count.fetch_add(1) + 1) {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { count_.fetch_sub(1); }
  int value() const { return value_; }  // just after counting

 private:
  std::atomic<int>& count_;
  int value_;
};

// How the loop closes connections at shutdown; called on the connection's own loop.
class Closable {
 public:
  virtual ~Closable() = default;
  virtual void close_if_idle() = 0;
  virtual void abort() = 0;
};

// Wakes the one coroutine that waits for news. Everything happens on its loop.
class LiveSignal {
 public:
  explicit LiveSignal(const asio::any_io_executor& executor) : timer_(executor) {}
  void wake() {
    is_set_ = true;
    timer_.cancel();
  }
  asio::awaitable<void> wait() {
    while (!is_set_) {
      timer_.expires_at(asio::steady_timer::time_point::max());
      [[maybe_unused]] const auto [ignored] = co_await timer_.async_wait(as_outcome);
    }
    is_set_ = false;
  }

 private:
  asio::steady_timer timer_;
  bool is_set_ = false;
};

// `Stream` is PlainStream or TlsStream. Everything happens on one loop's thread, except work that
// run_blocking carries to the pool while the coroutine waits.
template <typename Stream>
class Connection final : public Closable {
 public:
  Connection(TransportContext& context, Stream&& stream, std::string peer, bool is_secure)
      : context_(context),
        stream_(std::move(stream)),
        peer_(std::move(peer)),
        is_secure_(is_secure),
        is_proxied_(context.options.trusted_proxies.contains(peer_)) {}

  // Serves requests until the client leaves, an error forbids going on, or the server stops.
  asio::awaitable<void> serve();
  void close_if_idle() override {
    if (is_idle_) abort();
    if (live_) live_->wake();  // it sees that the server stops, and says so
  }
  void abort() override {
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }
  Stream& stream() { return stream_; }

 private:
  using Parser = beast::http::request_parser<beast::http::buffer_body>;
  using Clock = std::chrono::steady_clock;
  using LiveSocket = beast::websocket::stream<Stream&, false>;  // without compression: messages are short

  asio::awaitable<bool> read_head();
  asio::awaitable<bool> receive(Milliseconds patience);
  Exchange make_exchange() const;
  std::optional<Shares::Share> take_client_share(const Exchange& exchange);
  std::optional<core::Error> check_framing() const;
  asio::awaitable<Response> answer(Exchange& exchange);
  asio::awaitable<Response> handle_whole(Exchange& exchange);
  asio::awaitable<Response> handle_patiently(Exchange& exchange);
  asio::awaitable<Response> handle_upload(Exchange& exchange);
  asio::awaitable<std::optional<core::Error>> stream_into(ByteSink& sink, const Exchange& exchange);
  asio::awaitable<Response> open_channel(Exchange& exchange);
  asio::awaitable<void> serve_channel(const Exchange& exchange, Response head);
  asio::awaitable<void> hear(LiveSocket& socket);
  asio::awaitable<void> tell(LiveSocket& socket);
  asio::awaitable<core::Result<std::size_t>> read_body(char* into, std::size_t capacity, const Exchange& exchange);
  asio::awaitable<core::Result<void>> invite_body();
  asio::awaitable<void> send(Exchange& exchange, Response& response);
  asio::awaitable<bool> send_file(const FileBody& file);
  asio::awaitable<std::int64_t> send_streamed(StreamedBody& body, bool in_chunks);
  asio::awaitable<bool> send_bytes(std::string_view bytes);
  Clock::time_point body_deadline(const Exchange& exchange, std::int64_t bytes) const;
  asio::awaitable<void> refuse_head(Response response);
  Response refuse_body(const Exchange& exchange, const core::Error& error) const;
  asio::awaitable<void> linger();
  // For writing, and where nobody is left to be told: closes the socket.
  void expire_after(Milliseconds patience) { beast::get_lowest_layer(stream_).expires_after(patience); }
  // For reading: leaves it open for the answer. To be disarmed when the read has ended.
  void limit_read(Clock::time_point until) {
    beast::get_lowest_layer(stream_).expires_never();
    watch_.arm(until);
  }

  TransportContext& context_;
  Stream stream_;
  std::string peer_;
  bool is_secure_;
  bool is_proxied_;  // the peer is a trusted proxy
  bool is_idle_ = false;
  bool is_gone_ = false;  // the client or its patience is
  bool keeps_alive_ = true;
  bool awaits_invitation_ = false;             // sent Expect: 100-continue and was not answered yet
  std::int64_t body_bytes_ = 0;                // of this request's body, read so far
  std::optional<core::Error> body_failure_{};  // why no more of it comes
  StallWatch watch_{beast::get_lowest_layer(stream_).socket()};
  beast::flat_buffer buffer_{64U << 10};
  std::optional<Parser> parser_{};
  std::string head_{};
  std::unique_ptr<Channel> channel_{};  // once the protocol is to be switched
  std::shared_ptr<LiveSignal> live_{};  // while a channel is served
  bool is_telling_ = false;             // a message is on its way out
  bool has_spoken_ = false;             // the client, who should not
};

extern template class Connection<PlainStream>;
extern template class Connection<TlsStream>;

}  // namespace sightglass::http
