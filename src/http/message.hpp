// Our own request and response values. Handlers know these; only transport knows the HTTP library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "accounts/caller.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };
std::string_view name_of(Method method);

// Names compare without regard to case; the first of equal names wins.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);
  std::string_view get(std::string_view name) const;  // empty when absent
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Decoded names and values of a query string or of captured path segments, in order.
class Parameters {
 public:
  void add(std::string name, std::string value) { pairs_.emplace_back(std::move(name), std::move(value)); }
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view{}); }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

struct Request {
  Method method = Method::get;
  std::string path{};  // percent-decoded, without the query, always beginning with '/'
  Parameters query{};
  Parameters captures{};  // "{id}" segments of the route
  Headers headers{};
  std::string body{};  // whole, for every body kind but multipart
  std::string peer{};  // the client's address
  std::string request_id{};
  bool is_secure = false;     // came over TLS
  accounts::Caller caller{};  // filled before the handler runs
};

// Bytes of a file, sent without holding them in memory.
struct FileBody {
  runtime::UnixFd fd{};
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

// A body that is made while it is sent, and whose length nobody knows before its end. Never two calls at once; the next
// comes when the client has taken what the last one gave, so that a slow client costs no more memory than a fast one.
class StreamedBody {
 public:
  virtual ~StreamedBody() = default;
  // Blocks. Replaces `piece` with what comes next, some hundred KiB at most; nothing: that was all. After an error the
  // connection is cut off, which is the only way left to tell the client that the body is not whole.
  virtual core::Result<void> next(std::string& piece) = 0;
};

struct Response {
  int status = 200;
  Headers headers{};
  // A shared string is for cached bytes that many responses send at once.
  std::variant<std::string, std::shared_ptr<const std::string>, FileBody, std::unique_ptr<StreamedBody>> body{};
  // Nothing is sent of it: the answer takes long to make, and the row's `patient` handler makes it.
  bool is_deferred = false;

  static Response json(int status, std::string text);
  static Response html(int status, std::string text);
  static Response empty(int status);
  static Response deferred();
};

}  // namespace sightglass::http
