// WebSockets of Connection: it tells what a channel has, and hears no more than whether the client is there.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace sightglass::http {

// Of a message from the client, who has nothing to say but pings, pongs and the closing.
inline constexpr std::size_t most_heard_bytes = 1024;

template <typename Stream>
asio::awaitable<Response> Connection<Stream>::open_channel(Exchange& exchange) {
  auto& dispatcher = context_.dispatcher;
  if (buffer_.size() > 0 || !parser_->is_done()) {  // RFC 6455, section 4.1: the client waits for the answer
    keeps_alive_ = false;
    co_return dispatcher.refuse(exchange, malformed_head("data came before the protocol was switched"));
  }
  auto opened = co_await runtime::run_blocking(context_.pool, [&] { return dispatcher.subscribe(exchange); });
  if (!opened) co_return dispatcher.refuse(exchange, opened.error());
  channel_ = std::move(*opened);
  co_return Response::empty(101);
}

template <typename Stream>
asio::awaitable<void> Connection<Stream>::serve_channel(const Exchange& exchange, Response head) {
  namespace websocket = beast::websocket;
  using namespace asio::experimental::awaitable_operators;
  beast::get_lowest_layer(stream_).expires_never();  // the WebSocket keeps the time itself
  LiveSocket socket(stream_);
  socket.set_option(websocket::stream_base::timeout{.handshake_timeout = context_.options.linger_timeout,
                                                    .idle_timeout = context_.options.idle_timeout,
                                                    .keep_alive_pings = true});
  socket.read_message_max(most_heard_bytes);
  context_.dispatcher.add_headers(exchange, head);
  socket.set_option(websocket::stream_base::decorator([&head](websocket::response_type& answer) {
    for (const auto& [name, value] : head.headers.fields()) answer.set(name, value);
  }));
  const auto [failure] = co_await socket.async_accept(parser_->get(), as_outcome);
  context_.dispatcher.record(exchange, failure ? 400 : 101, 0);
  if (failure) co_return;
  const asio::any_io_executor executor = stream_.get_executor();
  socket.binary(channel_->is_binary());
  live_ = std::make_shared<LiveSignal>(executor);
  channel_->open([this, executor, signal = std::weak_ptr(live_)] {
    asio::post(executor, [this, signal] {
      const auto waiting = signal.lock();
      if (!waiting) return;  // and this connection may be gone
      waiting->wake();
      // Who does not even take what is on its way would never hear of the end.
      if (is_telling_ && channel_->end()) abort();
    });
  });
  co_await (hear(socket) && tell(socket));
  live_.reset();
  channel_.reset();
}

// Ends when the client leaves or says anything, and when tell() has closed.
template <typename Stream>
asio::awaitable<void> Connection<Stream>::hear(LiveSocket& socket) {
  beast::flat_buffer heard;
  const auto [failure, count] = co_await socket.async_read(heard, as_outcome);
  if (failure) is_gone_ = true;
  has_spoken_ = true;
  live_->wake();
}

template <typename Stream>
asio::awaitable<void> Connection<Stream>::tell(LiveSocket& socket) {
  using beast::websocket::close_code;
  using beast::websocket::close_reason;
  std::optional<close_reason> why;
  while (!why && !is_gone_) {
    if (const auto end = channel_->end()) {
      why.emplace(static_cast<close_code>(end->code), beast::string_view(end->reason.data(), end->reason.size()));
    } else if (has_spoken_) {
      why.emplace(close_code::policy_error, "nothing is taken here");
    } else if (context_.is_stopping) {
      why.emplace(close_code::going_away, "the server stops");
    } else if (const auto text = channel_->next()) {
      is_telling_ = true;
      const auto [failure, count] = co_await socket.async_write(asio::buffer(*text), as_outcome);
      is_telling_ = false;
      if (failure) break;
    } else {
      co_await live_->wait();
    }
  }
  if (why && !is_gone_) {
    [[maybe_unused]] const auto [ignored] = co_await socket.async_close(*why, as_outcome);
  }
  abort();
}

}  // namespace sightglass::http
