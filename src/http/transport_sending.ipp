// The other half of Connection's bodies: sending answers.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <array>

namespace sightglass::http {

// What is written under one time limit; also as much as Asio hands to the kernel at once.
inline constexpr std::size_t piece_bytes = 64U << 10;

template <typename Stream>
asio::awaitable<void> Connection<Stream>::send(Exchange& exchange, Response& response) {
  const bool left_body_unread = !parser_->is_done();
  const bool is_http_1_0 = parser_->get().version() < 11;
  keeps_alive_ = keeps_alive_ && !left_body_unread && !context_.is_stopping;
  context_.dispatcher.add_headers(exchange, response);
  auto length = body_length(response);
  // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
  if (length < 0 && is_http_1_0) keeps_alive_ = false;
  write_head(response, length, {.keeps_alive = keeps_alive_, .is_http_1_0 = is_http_1_0}, head_);
  const bool has_body = exchange.request.method != Method::head && may_have_body(response.status);
  std::string_view bytes;
  if (const auto* text = std::get_if<std::string>(&response.body)) bytes = *text;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body); shared && *shared)
    bytes = **shared;
  if (!has_body) bytes = {};
  expire_after(context_.options.stall_timeout);
  const auto first = bytes.substr(0, piece_bytes);
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(first.data(), first.size())};
  const auto [failure, sent] = co_await asio::async_write(stream_, buffers, as_outcome);
  is_gone_ = failure || !co_await send_bytes(bytes.substr(first.size()));
  const auto* file = std::get_if<FileBody>(&response.body);
  if (!is_gone_ && has_body && file != nullptr) is_gone_ = !co_await send_file(*file);
  auto* streamed = std::get_if<std::unique_ptr<StreamedBody>>(&response.body);
  if (streamed != nullptr) {
    length = is_gone_ || !has_body ? 0 : co_await send_streamed(**streamed, !is_http_1_0);
    // On the pool, because what it holds may be given back to the database.
    static_cast<void>(co_await runtime::run_blocking(context_.upload_pool, [&]() -> core::Result<void> {
      streamed->reset();
      return {};
    }));
  }
  context_.dispatcher.record(exchange, response.status, has_body ? length : 0);
  if (!is_gone_ && left_body_unread) co_await linger();
}

// The time limit is for each piece: a slow client that keeps reading gets all of it.
template <typename Stream>
asio::awaitable<bool> Connection<Stream>::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, piece_bytes);
    expire_after(context_.options.stall_timeout);
    const auto [failure, sent] =
        co_await asio::async_write(stream_, asio::buffer(piece.data(), piece.size()), as_outcome);
    if (failure) co_return false;
    bytes.remove_prefix(piece.size());
  }
  co_return true;
}

// Disk reads go to the pool; at most one chunk is in memory.
template <typename Stream>
asio::awaitable<bool> Connection<Stream>::send_file(const FileBody& file) {
  std::vector<char> chunk(static_cast<std::size_t>(std::min<std::int64_t>(file.length, 256 << 10)));
  std::int64_t done = 0;
  while (done < file.length) {
    const auto wanted = std::min(chunk.size(), static_cast<std::size_t>(file.length - done));
    const auto count = co_await runtime::run_blocking(context_.pool, [&]() -> core::Result<ssize_t> {
      return ::pread(file.fd.get(), chunk.data(), wanted, file.offset + done);
    });
    if (!count || *count <= 0) co_return false;  // the length was promised: only closing tells the client
    if (!co_await send_bytes({chunk.data(), static_cast<std::size_t>(*count)})) co_return false;
    done += *count;
  }
  co_return true;
}

// Gives the bytes sent, without the chunks' frames. A piece is made only when the one before is on its way, and a
// client that went away is noticed with the next one.
template <typename Stream>
asio::awaitable<std::int64_t> Connection<Stream>::send_streamed(StreamedBody& body, bool in_chunks) {
  std::string piece;
  std::int64_t sent = 0;
  while (true) {
    const auto made = co_await runtime::run_blocking(
        context_.upload_pool, [&]() -> core::Result<void> { return context_.dispatcher.make_piece(body, piece); });
    // Without the last chunk the client sees that the body was cut off.
    is_gone_ = !made;
    if (is_gone_ || piece.empty()) break;
    const auto bytes = piece.size();
    if (in_chunks) piece.insert(0, fmt::format("{:x}\r\n", bytes)).append("\r\n");
    is_gone_ = !co_await send_bytes(piece);
    if (is_gone_) break;
    sent += static_cast<std::int64_t>(bytes);
  }
  if (!is_gone_ && in_chunks) is_gone_ = !co_await send_bytes("0\r\n\r\n");
  co_return sent;
}

// There is no whole head, so that there is no request to record.
template <typename Stream>
asio::awaitable<void> Connection<Stream>::refuse_head(Response response) {
  const Exchange exchange;
  context_.dispatcher.add_headers(exchange, response);
  write_head(response, body_length(response), {.keeps_alive = false, .is_http_1_0 = false}, head_);
  head_ += std::get<std::string>(response.body);
  expire_after(context_.options.stall_timeout);
  const auto [failed, sent] = co_await asio::async_write(stream_, asio::buffer(head_), as_outcome);
  if (!failed) co_await linger();
}

// Closing with unread bytes would reset the connection and take the answer with it (RFC 9112, section 9.6): say that
// no more comes, then read what the client still sends, for a short while.
template <typename Stream>
asio::awaitable<void> Connection<Stream>::linger() {
  auto& lowest = beast::get_lowest_layer(stream_);
  error_code ignored;
  lowest.socket().shutdown(tcp::socket::shutdown_send, ignored);
  lowest.expires_after(context_.options.linger_timeout);
  std::vector<char> discarded(64U << 10);
  while (true) {
    const auto [failure, count] = co_await lowest.async_read_some(asio::buffer(discarded), as_outcome);
    if (failure) co_return;
  }
}

}  // namespace sightglass::http
