// One request through one libcurl handle: its body on the way out, its answer on the way in.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/http_client.hpp"

namespace sightglass::net::curl {

// Not thread-safe. The request and the handle outlive it.
class Transfer {
 public:
  Transfer(CURL* handle, const HttpRequest& request) : handle_(handle), request_(request) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Blocks, `left` at most.
  core::Result<HttpAnswer> run(const HttpClientOptions& options, std::chrono::milliseconds left);

 private:
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  static std::size_t on_field(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_answer(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_pull(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  core::Result<void> check_fields() const;
  void set_address_and_limits(const HttpClientOptions& options, std::chrono::milliseconds left);
  void set_address_rules(const HttpClientOptions& options);
  void set_fields();
  void tell_arrived(CURLcode code) const;
  void set_method_and_body();
  void set_sign_in();
  void take_field(std::string_view line);
  bool take_field_bytes(std::string_view line);
  bool take_answer(std::string_view bytes);
  core::Result<void> begin_body();
  core::Result<void> write_down(const IntoFile& file, std::string_view bytes) const;
  int status() const;
  core::Result<void> keep(std::string_view bytes);
  core::Result<std::size_t> pull(std::span<char> into);
  std::int64_t body_length() const;
  core::Error error_from(CURLcode code) const;
  std::string server() const;

  CURL* handle_;
  const HttpRequest& request_;
  std::unique_ptr<curl_slist, FreeList> list_{};
  std::unique_ptr<curl_slist, FreeList> names_{};
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::optional<core::Error> failure_{};  // of a callback; libcurl knows only that there was one
  HttpAnswer answer_{};
  std::int64_t sent_ = 0;  // bytes of the body given to libcurl
  std::int64_t kept_ = 0;  // bytes of the answer
  std::size_t field_bytes_ = 0;
  bool has_body_begun_ = false;
  bool was_address_refused_ = false;
};

}  // namespace sightglass::net::curl
