#include "support/tiny_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <stdexcept>

namespace sightglass::test {
namespace {

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// What came, beyond what was asked for, stays in `buffer` for the next request.
bool read_until(int fd, std::string& buffer, const std::function<bool()>& is_enough) {
  std::string piece(64 << 10, '\0');
  while (!is_enough()) {
    const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    buffer.append(piece, 0, static_cast<std::size_t>(got));
  }
  return true;
}

void read_fields(std::string_view head, TinyRequest& request) {
  const auto line_end = head.find("\r\n");
  const auto first = head.substr(0, line_end);
  const auto space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  head.remove_prefix(line_end + 2);
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    const auto colon = line.find(':');
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    request.fields[name] = value.substr(std::min(value.find_first_not_of(' '), value.size()));
    if (end == std::string_view::npos) break;
    head.remove_prefix(end + 2);
  }
}

std::optional<TinyRequest> read_request(int fd, std::string& buffer) {
  std::size_t head_end = std::string::npos;
  if (!read_until(fd, buffer, [&] { return (head_end = buffer.find("\r\n\r\n")) != std::string::npos; })) return {};
  TinyRequest request;
  read_fields(std::string_view(buffer).substr(0, head_end), request);
  const std::size_t length =
      request.fields.contains("content-length") ? std::stoul(request.fields["content-length"]) : 0;
  if (!read_until(fd, buffer, [&] { return buffer.size() >= head_end + 4 + length; })) return {};
  request.body = buffer.substr(head_end + 4, length);
  buffer.erase(0, head_end + 4 + length);
  return request;
}

std::string text_of(const TinyReply& reply, bool has_body) {
  const auto length = reply.announced >= 0 ? reply.announced : static_cast<std::int64_t>(reply.body.size());
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Said\r\n";
  for (const auto& [name, value] : reply.fields) text += name + ": " + value + "\r\n";
  text += "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  return has_body ? text + reply.body : text;
}

}  // namespace

TinyServer::TinyServer(Answer answer) : answer_(std::move(answer)) {
  listener_ = runtime::UnixFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof address;
  const bool is_up = ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::listen(listener_.get(), 64) == 0 &&
                     ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!is_up) throw std::runtime_error("the tiny server cannot listen");
  port_ = ntohs(address.sin_port);
  listening_ = std::thread([this] { listen_for_all(); });
}

TinyServer::~TinyServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  listening_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : serving_) thread.join();
}

void TinyServer::listen_for_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    serving_.emplace_back([this, fd, number = ++connections_] { serve(fd, number); });
  }
}

void TinyServer::serve(int fd, int number) {
  std::string buffer;
  while (auto request = read_request(fd, buffer)) {
    request->connection = number;
    const TinyReply reply = answer_(*request);
    if (reply.cuts_off || !send_all(fd, text_of(reply, request->method != "HEAD"))) break;
    if (reply.announced >= 0 && !reply.holds) break;
    if (reply.holds) read_until(fd, buffer, [] { return false; });
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

}  // namespace sightglass::test
