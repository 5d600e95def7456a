// Bodies of Connection, kept apart so that its shape can be read at a glance: from a request's head to its answer.
#pragma once

#include <limits>

namespace sightglass::http {

inline std::optional<Method> method_from(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get: return Method::get;
    case beast::http::verb::head: return Method::head;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::delete_;
    case beast::http::verb::options: return Method::options;
    default: return std::nullopt;
  }
}

inline std::string_view to_view(beast::string_view text) { return {text.data(), text.size()}; }

inline bool streams(BodyKind body) { return body == BodyKind::multipart || body == BodyKind::bytes; }

inline core::Error malformed_head(std::string message) {
  return core::invalid_input(std::string(malformed_headers_field), std::move(message));
}

inline Response wrong_head(error_code failure) {
  if (failure == beast::http::error::header_limit)
    return protocol_problem(431, "too_large", "the request's headers are too large", ErrorStyle::structured);
  return problem(malformed_head("the request is not valid HTTP/1.1"), ErrorStyle::structured);
}

inline Response slow_head() {
  return protocol_problem(408, "request_timeout", "the request's headers did not come in time", ErrorStyle::structured);
}

template <typename Stream>
asio::awaitable<void> Connection<Stream>::serve() {
  while (keeps_alive_ && !is_gone_ && !context_.is_stopping) {
    if (!co_await read_head()) break;
    Exchange exchange = make_exchange();
    Response response = co_await answer(exchange);
    if (is_gone_) {
      context_.dispatcher.record(exchange, response.status, 0);
      break;
    }
    if (channel_) {
      co_await serve_channel(exchange, std::move(response));
      break;
    }
    co_await send(exchange, response);
  }
}

template <typename Stream>
asio::awaitable<bool> Connection<Stream>::receive(Milliseconds patience) {
  limit_read(Clock::now() + patience);
  const auto [failure, count] = co_await stream_.async_read_some(
      buffer_.prepare(std::min<std::size_t>(8192, buffer_.max_size() - buffer_.size())), as_outcome);
  watch_.disarm();
  buffer_.commit(count);
  co_return !failure;
}

template <typename Stream>
asio::awaitable<bool> Connection<Stream>::read_head() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(context_.options.max_header_bytes));
  parser_->body_limit(boost::none);
  if (buffer_.size() == 0) {
    is_idle_ = true;
    const bool arrived = co_await receive(context_.options.idle_timeout);
    is_idle_ = false;
    if (!arrived) co_return false;
  }
  const auto until = Clock::now() + context_.options.header_timeout;
  while (true) {
    error_code failure;
    buffer_.consume(parser_->put(buffer_.data(), failure));
    if (parser_->is_header_done()) co_return true;
    if (failure == beast::http::error::need_more && buffer_.size() >= buffer_.max_size())
      failure = beast::http::error::header_limit;
    if (failure && failure != beast::http::error::need_more) {
      co_await refuse_head(wrong_head(failure));
      co_return false;
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(until - Clock::now());
    if (left.count() > 0 && co_await receive(left)) continue;
    if (left.count() <= 0 || watch_.has_fired()) co_await refuse_head(slow_head());
    co_return false;
  }
}

template <typename Stream>
Exchange Connection<Stream>::make_exchange() const {
  Exchange exchange;
  const auto& message = parser_->get();
  exchange.request.method = method_from(message.method()).value_or(Method::get);
  exchange.request.peer = peer_;
  exchange.request.is_secure = is_secure_;
  for (const auto& field : message)
    exchange.request.headers.add(std::string(to_view(field.name_string())), std::string(to_view(field.value())));
  if (is_proxied_) {
    auto client = client_behind(context_.options.trusted_proxies, peer_, exchange.request.headers);
    exchange.request.peer = std::move(client.address);
    exchange.request.is_secure = is_secure_ || client.is_secure;
  }
  return exchange;
}

// A direct client's share was taken with its connection; a proxy's connection carries requests of many clients.
template <typename Stream>
std::optional<Shares::Share> Connection<Stream>::take_client_share(const Exchange& exchange) {
  const auto& client = exchange.request.peer;
  if (client == peer_) return Shares::Share{};
  auto share = context_.address_shares.take(client, context_.options.max_connections_per_address);
  if (!share) return std::nullopt;
  return share;
}

// What a proxy in front could read differently than we do is refused (RFC 9112, sections 3.2 and 6.3).
template <typename Stream>
std::optional<core::Error> Connection<Stream>::check_framing() const {
  namespace http = beast::http;
  const auto& message = parser_->get();
  const auto encodings = message.count(http::field::transfer_encoding);
  const auto lengths = message.count(http::field::content_length);
  if (encodings > 0 && lengths > 0) return malformed_head("both Content-Length and Transfer-Encoding are given");
  if (lengths > 1) return malformed_head("Content-Length is given more than once");
  if (encodings > 1 || (encodings == 1 && (!parser_->chunked() || message.version() < 11 ||
                                           !beast::iequals(message[http::field::transfer_encoding], "chunked"))))
    return malformed_head("the only Transfer-Encoding taken is chunked");
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) return malformed_head("exactly one Host header is needed");
  return std::nullopt;
}

template <typename Stream>
asio::awaitable<Response> Connection<Stream>::answer(Exchange& exchange) {
  namespace http = beast::http;
  const auto& message = parser_->get();
  auto& dispatcher = context_.dispatcher;
  keeps_alive_ = message.keep_alive();
  body_bytes_ = 0;
  body_failure_.reset();
  if (const auto wrong = check_framing()) {
    keeps_alive_ = false;
    co_return dispatcher.refuse(exchange, *wrong);
  }
  const auto expectation = message[http::field::expect];
  awaits_invitation_ = beast::iequals(expectation, "100-continue");
  if (!expectation.empty() && !awaits_invitation_)
    co_return protocol_problem(417, "expectation_failed", "the only expectation met is 100-continue", exchange.errors);
  if (!method_from(message.method()))
    co_return protocol_problem(501, "not_implemented", "this method is not served", exchange.errors);
  if (auto refusal = dispatcher.begin(exchange, to_view(message.target()))) co_return std::move(*refusal);
  const auto share = take_client_share(exchange);
  if (!share) {
    co_return dispatcher.refuse(exchange, {.code = core::ErrorCode::quota_exceeded,
                                           .message = "too many requests from this address run at once; try again "
                                                      "shortly"});
  }
  if (!exchange.is_authenticated) {
    auto checked = co_await runtime::run_blocking(
        context_.pool, [&]() -> core::Result<std::optional<Response>> { return dispatcher.authenticate(exchange); });
    if (!checked) co_return dispatcher.refuse(exchange, checked.error());
    if (*checked) co_return std::move(**checked);
  }
  const auto length = parser_->content_length();
  const auto declared =
      length ? static_cast<std::int64_t>(std::min<std::uint64_t>(*length, std::numeric_limits<std::int64_t>::max()))
             : -1;
  if (auto refusal = dispatcher.guard(exchange, declared)) co_return std::move(*refusal);
  if (exchange.endpoint->subscribe && beast::websocket::is_upgrade(message)) co_return co_await open_channel(exchange);
  if (auto fast = dispatcher.try_fast(exchange)) co_return std::move(*fast);
  if (streams(exchange.endpoint->body)) co_return co_await handle_upload(exchange);
  co_return co_await handle_whole(exchange);
}

template <typename Stream>
asio::awaitable<core::Result<void>> Connection<Stream>::invite_body() {
  if (!std::exchange(awaits_invitation_, false)) co_return core::Result<void>{};
  static constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  expire_after(context_.options.stall_timeout);
  const auto [failure, count] =
      co_await asio::async_write(stream_, asio::buffer(invitation.data(), invitation.size()), as_outcome);
  is_gone_ = static_cast<bool>(failure);
  if (is_gone_) co_return core::fail(core::ErrorCode::cancelled, "the client went away");
  co_return core::Result<void>{};
}

// A body that stalled is answered 408; the status of other time limits would blame the server.
template <typename Stream>
Response Connection<Stream>::refuse_body(const Exchange& exchange, const core::Error& error) const {
  const bool is_late = error.code == core::ErrorCode::timeout && error.field == malformed_body_field;
  if (!is_late) return context_.dispatcher.refuse(exchange, error);
  const bool can_go_on = exchange.endpoint != nullptr && exchange.endpoint->body == BodyKind::bytes;
  return protocol_problem(408, "request_timeout",
                          can_go_on ? "the rest of the body did not come in time. Ask for the upload's offset, and go "
                                      "on from there."
                                    : "the rest of the body did not come in time; nothing of it was kept. Send the "
                                      "request again.",
                          exchange.errors, exchange.request.request_id);
}

// An upload may take as long as it keeps its rate, for pictures are large and networks in the field slow;
// who drips bytes to hold a place is cut off.
template <typename Stream>
typename Connection<Stream>::Clock::time_point Connection<Stream>::body_deadline(const Exchange& exchange,
                                                                                 std::int64_t bytes) const {
  if (!streams(exchange.endpoint->body))
    return exchange.began + std::chrono::seconds(exchange.endpoint->deadline_seconds);
  const auto& options = context_.options;
  return exchange.began + options.upload_grace + Milliseconds(bytes * 1000 / options.least_upload_rate);
}

// Fills `into` as far as the body goes; 0 is its end. cancelled (with is_gone_) when the client left, timeout when it
// stalled: after what came before that, for an upload that may be resumed goes on behind it.
template <typename Stream>
asio::awaitable<core::Result<std::size_t>> Connection<Stream>::read_body(char* into, std::size_t capacity,
                                                                         const Exchange& exchange) {
  namespace http = beast::http;
  if (body_failure_) co_return core::fail(*body_failure_);
  auto& body = parser_->get().body();
  body.data = into;
  body.size = capacity;
  body.more = true;
  while (!parser_->is_done() && body.size > 0) {
    const auto deadline = body_deadline(exchange, body_bytes_ + static_cast<std::int64_t>(capacity - body.size));
    const auto now = Clock::now();
    limit_read(std::min(deadline, now + context_.options.stall_timeout));
    const auto [failure, count] = co_await http::async_read_some(stream_, buffer_, *parser_, as_outcome);
    watch_.disarm();
    // Bytes that keep coming may be read before the watch is heard.
    if (watch_.has_fired() || now >= deadline) {
      keeps_alive_ = false;
      body_failure_ = core::Error{.code = core::ErrorCode::timeout,
                                  .message = "the body did not come in time",
                                  .field = std::string(malformed_body_field)};
      break;
    }
    if (!failure || failure == http::error::need_buffer) continue;
    if (failure == http::error::body_limit)
      co_return core::fail(core::ErrorCode::too_large, "the body is larger than this request may be");
    if (failure.category() == make_error_code(http::error::bad_chunk).category() &&
        failure != http::error::end_of_stream && failure != http::error::partial_message)
      co_return core::fail(core::invalid_input(std::string(malformed_body_field), "the body is framed wrongly"));
    is_gone_ = true;
    body_failure_ = core::Error{.code = core::ErrorCode::cancelled, .message = "the client went away"};
    break;
  }
  const std::size_t count = capacity - body.size;
  if (count == 0 && body_failure_) co_return core::fail(*body_failure_);
  body_bytes_ += static_cast<std::int64_t>(count);
  co_return count;
}

template <typename Stream>
asio::awaitable<Response> Connection<Stream>::handle_whole(Exchange& exchange) {
  auto& dispatcher = context_.dispatcher;
  auto& body = exchange.request.body;
  parser_->body_limit(static_cast<std::uint64_t>(exchange.endpoint->max_body_bytes));
  if (!parser_->is_done()) {
    if (auto invited = co_await invite_body(); !invited) co_return dispatcher.refuse(exchange, invited.error());
    std::vector<char> chunk(16U << 10);
    while (!parser_->is_done()) {
      const auto count = co_await read_body(chunk.data(), chunk.size(), exchange);
      if (!count) co_return refuse_body(exchange, count.error());
      body.append(chunk.data(), *count);
    }
  }
  auto handled = co_await runtime::run_blocking(
      context_.pool, [&]() -> core::Result<Response> { return dispatcher.handle(exchange); });
  if (!handled) co_return dispatcher.refuse(exchange, handled.error());
  if (handled->is_deferred) co_return co_await handle_patiently(exchange);
  co_return std::move(*handled);
}

// Bounded, so that a gallery of lost thumbnails leaves threads to the uploads that share the pool.
template <typename Stream>
asio::awaitable<Response> Connection<Stream>::handle_patiently(Exchange& exchange) {
  auto& dispatcher = context_.dispatcher;
  const Counted one(context_.patient);
  if (one.value() > context_.options.max_patient) {
    co_return dispatcher.refuse(exchange, core::unavailable("many requests that take long are under way; try again shortly"));
  }
  auto handled = co_await runtime::run_blocking(
      context_.upload_pool, [&]() -> core::Result<Response> { return dispatcher.handle_patiently(exchange); });
  co_return handled ? std::move(*handled) : dispatcher.refuse(exchange, handled.error());
}

template <typename Stream>
asio::awaitable<Response> Connection<Stream>::handle_upload(Exchange& exchange) {
  auto& dispatcher = context_.dispatcher;
  auto& pool = context_.upload_pool;
  const Counted upload(context_.uploads);
  const int most = context_.options.max_uploads;
  const auto& caller = exchange.request.caller;
  const auto share = context_.upload_shares.take(
      caller.is_signed_in() ? caller.user_id.to_string() : exchange.request.peer, std::max(1, most - most / 4));
  if (!share || upload.value() > most) {
    co_return dispatcher.refuse(exchange, {.code = core::ErrorCode::quota_exceeded,
                                           .message = "too many uploads run at once; try again shortly"});
  }
  const bool has_body = !parser_->is_done() || exchange.request.headers.has("Content-Type");
  parser_->body_limit(static_cast<std::uint64_t>(exchange.endpoint->max_body_bytes));
  auto opened = co_await runtime::run_blocking(pool, [&] { return dispatcher.open_body(exchange, has_body); });
  if (!opened) co_return dispatcher.refuse(exchange, opened.error());
  auto sink = std::move(*opened);
  const auto wrong = co_await stream_into(*sink, exchange);
  // The sink ends on the pool whatever happened: leaving nothing behind means removing files.
  auto finished = co_await runtime::run_blocking(pool, [&]() -> core::Result<Response> {
    const auto ended = std::move(sink);
    return wrong ? refuse_body(exchange, *wrong) : dispatcher.finish_body(exchange, *ended);
  });
  co_return finished ? std::move(*finished) : dispatcher.refuse(exchange, finished.error());
}

template <typename Stream>
asio::awaitable<std::optional<core::Error>> Connection<Stream>::stream_into(ByteSink& sink, const Exchange& exchange) {
  if (parser_->is_done()) co_return std::nullopt;
  if (auto invited = co_await invite_body(); !invited) co_return invited.error();
  std::vector<char> chunk(context_.options.upload_chunk_bytes);
  while (!parser_->is_done()) {
    const auto count = co_await read_body(chunk.data(), chunk.size(), exchange);
    if (!count) co_return count.error();
    auto fed = co_await runtime::run_blocking(context_.upload_pool, [&]() -> core::Result<void> {
      return context_.dispatcher.write_body(sink, {chunk.data(), *count});
    });
    if (!fed) co_return fed.error();
  }
  co_return std::nullopt;
}

}  // namespace sightglass::http
