// One row of the endpoint table: what is matched, who may call it, how its body comes, what answers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/caller.hpp"
#include "core/result.hpp"
#include "http/channel.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// What the handler must check of the object a route names, declared here so that one test can walk it all.
enum class ObjectCheck : std::uint8_t {
  none,     // names no object, or one everybody signed in may see
  photo,    // must be visible to the caller, else 404
  job,      // likewise
  own,      // only the caller's own (sessions, tokens)
  listing,  // shows only rows visible to the caller
};

struct Guard {
  bool is_public = false;
  core::Role least_role = core::Role::viewer;
  accounts::Area area = accounts::Area::photos;
  accounts::Access access = accounts::Access::read;
  ObjectCheck check = ObjectCheck::none;
  bool admits_local_programs = false;  // without credentials, when is_local_program() is sure of them
};

enum class BodyKind : std::uint8_t { none, json, multipart, bytes };
// `plain` answers errors as {"error": "text"}, for the clients whose documentation says so.
enum class ErrorStyle : std::uint8_t { structured, plain, page };

struct PartHeaders {
  std::string name{};                     // of the form field
  std::optional<std::string> filename{};  // present (even empty) for file parts
  std::string content_type{};
};

// Receives a multipart body while it streams in. Called on the blocking pool, never two calls at once.
// Destroyed without finish(), it leaves nothing behind.
class UploadSink {
 public:
  virtual ~UploadSink() = default;
  virtual core::Result<void> begin_part(const PartHeaders& headers) = 0;
  virtual core::Result<void> write(std::string_view bytes) = 0;
  virtual core::Result<void> end_part() = 0;
  virtual core::Result<Response> finish() = 0;
};

// Receives a body as it comes, whatever it is. Called on the blocking pool, never two calls at once. Destroyed without
// finish() when the body did not come in whole; the sink knows what is to stay then.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual core::Result<void> write(std::string_view bytes) = 0;
  virtual core::Result<Response> finish() = 0;
};

using Handler = std::function<core::Result<Response>(const Request&)>;
using UploadHandler = std::function<core::Result<std::unique_ptr<UploadSink>>(const Request&)>;
using ByteHandler = std::function<core::Result<std::unique_ptr<ByteSink>>(const Request&)>;
// Answers at once from memory on the event loop, or declines with nullopt, and then `handle` runs. Never blocks.
using FastHandler = std::function<std::optional<Response>(const Request&)>;

struct FixedHeader {
  std::string_view name;
  std::string_view value;
};

struct Endpoint {
  Method method = Method::get;  // HEAD is served by GET rows
  std::string_view pattern;     // "/api/v1/jobs/{id}"; matches with and without a trailing slash
  std::string_view operation;   // operationId in the OpenAPI document; empty for pages and assets
  Guard guard{};
  BodyKind body = BodyKind::none;
  ErrorStyle errors = ErrorStyle::structured;
  Handler handle{};              // on the blocking pool; the kinds none and json
  UploadHandler upload{};        // multipart only
  ByteHandler receive{};         // bytes only
  FastHandler fast{};            // optional
  SubscribeHandler subscribe{};  // of rows that are WebSockets; `handle` answers who does not ask for one
  Handler patient{};  // where `handle` may defer: goes on with the same request among the uploads, who wait anyway
  std::int64_t max_body_bytes = 1 << 20;
  int deadline_seconds = 30;               // for the whole request, body included; not of multipart and bytes
  std::span<const FixedHeader> headers{};  // of every answer of this row, refusals too
};

using EndpointTable = std::vector<Endpoint>;

}  // namespace sightglass::http
