// Asks other HTTP servers. For those that this installation was told to use, such as its S3 store, every address will
// do; for addresses that come from anybody else a client is made that speaks to public ones alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.hpp"

namespace sightglass::net {

enum class HttpMethod : std::uint8_t { get, head, put, post, delete_, propfind };
std::string_view name_of(HttpMethod method);

// Names compare without regard to case; the first of equal names wins.
class HttpFields {
 public:
  HttpFields() = default;
  HttpFields(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  std::string_view get(std::string_view name) const;  // empty when absent
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_{};
};

// Part of a file, read at its offsets whatever the descriptor's position. Borrowed for the request.
struct FileRange {
  int fd = -1;
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

// Bytes that are made while they are sent. Cannot be sent a second time: a request that needs to, fails.
struct PulledBody {
  // Fills some of the span and says how much; 0 is the end. Blocks as long as the request may.
  std::function<core::Result<std::size_t>(std::span<char>)> pull{};
  std::int64_t length = 0;
};

using RequestBody = std::variant<std::monostate, std::string_view, FileRange, PulledBody>;

// Where the body of an answer goes whose status is 2xx. Bodies of others are text for people or machines: they come
// back in the answer, cut at 64 KiB.
struct IntoMemory {
  std::int64_t most_bytes = 8LL << 20;  // too_large beyond them
};
struct IntoFile {
  int fd = -1;                  // borrowed
  std::int64_t most_bytes = 0;  // of the file: `offset` and what is written behind it
  // The body of a 206 is written from here on, and must be the part that begins here; of any other status from 0.
  std::int64_t offset = 0;
};
// Called with each piece, in order. An error ends the request with just that error.
using IntoCall = std::function<core::Result<void>(std::string_view)>;
using AnswerSink = std::variant<IntoMemory, IntoFile, IntoCall>;

// What came of an answer, also when the request failed in the middle of it.
struct Arrived {
  int status = 0;  // 0: not even its first line
  HttpFields fields{};
  std::int64_t bytes = 0;    // of the body, and written to the sink
  bool ended_short = false;  // the server closed the connection before the length it had promised
};

// By RFC 7616 or the elder 2617, as the server asks: never in the clear, and never by Basic instead. Borrowed for the
// request, which is sent twice: what the answer to the first says is needed for the second.
struct DigestSignIn {
  std::string_view username{};
  std::string_view password{};
};

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url{};  // http or https, percent-encoded; sent as it is, without resolving ".."
  HttpFields fields{};
  RequestBody body{};
  std::optional<DigestSignIn> digest{};
  AnswerSink sink = IntoMemory{};
  std::chrono::milliseconds deadline{60'000};  // for all of it, the wait for a free connection included
  std::chrono::seconds stall{20};              // this long under 1 KiB/s ends it; whole seconds
  int most_redirects = 0;
  // Over a new connection. One that is used again may turn out to be dead, and then the request is sent a second time:
  // not for what must happen once at most.
  bool at_most_once = false;
  Arrived* arrived = nullptr;           // borrowed; filled in however the request ends
  std::function<bool()> should_stop{};  // asked about once a second; true ends the request with `cancelled`
};

struct HttpAnswer {
  int status = 0;  // 100 … 599
  HttpFields fields{};
  std::string body{};
};

// Thread-safe. Blocks.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Any status is an answer. Errors: unavailable when there was no connection, it broke off, or the server's
  // certificate is not trusted; timeout; too_large from IntoMemory and IntoFile; the error of a callback; cancelled;
  // invalid_input for an address that is none, or a field with a line end in it; permission_denied with the field
  // `forbidden_address_field` where the name leads to an address that HttpClientOptions::addresses forbids. Messages
  // name the server and never the request's fields.
  virtual core::Result<HttpAnswer> perform(const HttpRequest& request) = 0;
};

// The field of an error that says so: the setting that would allow it.
inline constexpr std::string_view forbidden_address_field = "settings.allow_private_addresses";

enum class Addresses : std::uint8_t { any, public_only };

struct HttpClientOptions {
  std::size_t most_connections = 32;  // at once; further requests wait
  std::chrono::milliseconds connect_deadline{5'000};
  std::string ca_file{};  // PEM; empty: those that the system trusts
  // Checked when a connection is made, with the address that is connected to: what a name leads to may change between
  // any earlier check and that. With public_only no proxy is used, which would connect for us.
  Addresses addresses = Addresses::any;
  // Asked at each request when set: lines "name:port:address[,address]" in place of what the name service says. For
  // tests.
  std::function<std::vector<std::string>()> names{};
};

// With libcurl. The proxy that the environment names (https_proxy, no_proxy) is used unless `addresses` forbids it.
std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options);

}  // namespace sightglass::net
