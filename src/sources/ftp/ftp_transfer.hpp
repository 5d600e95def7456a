// One request to an FTP server with libcurl.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sources/gateway.hpp"
#include "sources/server_address.hpp"
#include "sources/source_address.hpp"

namespace sightglass::sources::ftp {

struct Target {
  ServerAddress address{};
  Access access{};
  GatewayLimits limits{};
};

struct Request {
  std::string path{};             // of the address, encoded; a directory's ends with '/'
  const char* command = nullptr;  // in place of LIST
  bool only_looks = false;        // asks for size and time alone
  std::int64_t offset = 0;
  std::chrono::milliseconds deadline{60'000};
  // Takes the bytes; a failure ends the request with just that.
  std::function<Remote<void>(std::string_view)> take{};
  std::function<bool()> should_stop{};
};

struct Told {
  std::optional<std::int64_t> bytes{};  // of the whole file
  std::optional<core::Instant> modified_at{};
};

// Used once.
class FtpTransfer {
 public:
  // `handle`: fresh or reset; borrowed.
  FtpTransfer(CURL* handle, const Target& target, const Request& request)
      : handle_(handle), target_(target), request_(request) {}

  // What the server says of the file. Blocks.
  Remote<Told> run();
  // What is known after run(), also when it failed.
  Told told() const;
  // The server's last answer: 550 and the like, 0 before any.
  int last_code() const { return last_code_; }

 private:
  void set_target();
  void set_request();
  std::unexpected<Failure> failure_of(CURLcode code) const;
  std::unexpected<Failure> failure_of_server(CURLcode code) const;
  std::unexpected<Failure> failure_of_login() const;
  static std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_line(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  CURL* handle_;
  const Target& target_;
  const Request& request_;
  std::string url_{};
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::optional<Failure> failure_{};
  std::string last_line_{};  // of the server's answers
  int last_code_ = 0;
  bool was_forbidden_ = false;  // an address by our own rules
};

}  // namespace sightglass::sources::ftp
