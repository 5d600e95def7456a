// Resumable uploads: tus 1.0.0 (tus.io/protocols/resumable-upload) with creation, creation-with-upload, checksum,
// expiration and termination. A 204 promises that every byte below its Upload-Offset is on the disk (fdatasync), kill
// -9 and power cut included; the 204 behind the last byte, that the photo is recorded, with its original and its task.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "http/chunk_sink.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/problem.hpp"
#include "http/services.hpp"
#include "http/upload_filing.hpp"
#include "http/upload_headers.hpp"
#include "http/upload_json.hpp"
#include "http/upload_wish.hpp"
#include "ingest/upload_errors.hpp"

namespace sightglass::http {
namespace {

using Turn = ingest::ResumableUploads::Turn;
using View = ingest::ResumableUploads::View;

constexpr std::array<FixedHeader, 2> tus_headers{FixedHeader{"Tus-Resumable", tus_version},
                                                 FixedHeader{"Tus-Version", tus_version}};

core::Error wrong_header(std::string message) {
  return core::invalid_input(std::string(malformed_headers_field), std::move(message));
}

core::Result<void> check_version(const Request& request) {
  const auto version = request.headers.get("Tus-Resumable");
  if (version == tus_version) return {};
  return core::fail(
      core::invalid_input(std::string(protocol_version_field), fmt::format("Tus-Resumable must be {}", tus_version)));
}

void add_progress(Response& response, std::int64_t offset, core::Instant expires_at) {
  response.headers.set("Upload-Offset", std::to_string(offset));
  response.headers.set("Upload-Expires", core::to_http_date(expires_at));
  response.headers.set("Cache-Control", "no-store");
}

Response progressed(const Turn& turn) {
  Response response = Response::empty(204);
  add_progress(response, turn.offset(), turn.expires_at());
  return response;
}

// Takes in an upload that this request completed.
core::Result<Response> complete(const Services& services, const Request& request, Turn& turn) {
  if (turn.is_whole() && turn.upload().state == ingest::UploadState::receiving)
    SG_TRY(file_upload(services, request, turn));
  return progressed(turn);
}

// The client does not know the upload's address yet, so that this answer must bring it. What is merely delayed is
// taken in later (file_left_uploads).
core::Result<Response> created(const Services& services, const Request& request, Turn& turn) {
  auto outcome = complete(services, request, turn);
  if (!outcome && turn.upload().state == ingest::UploadState::refused) return outcome;
  Response response = Response::empty(201);
  response.headers.set("Location", "/api/v1/uploads/" + turn.upload().id.to_string());
  add_progress(response, turn.offset(), turn.expires_at());
  return response;
}

core::Result<std::optional<ChunkChecksum>> read_checksum(const Request& request) {
  if (!request.headers.has("Upload-Checksum")) return std::nullopt;
  SG_ASSIGN(auto checksum, parse_upload_checksum(request.headers.get("Upload-Checksum")));
  return std::optional(std::move(checksum));
}

// As many bytes as the request's body says it has, or all that are missing when it comes in chunks.
core::Result<std::int64_t> announced_bytes(const Request& request, std::int64_t missing) {
  SG_ASSIGN(const auto declared, read_number_header(request, "Content-Length"));
  const bool is_chunked = request.headers.has("Transfer-Encoding");
  const std::int64_t bytes = declared.value_or(is_chunked ? missing : 0);
  if (bytes <= missing) return bytes;
  return core::fail(core::ErrorCode::too_large,
                    fmt::format("the body has {} bytes, but only {} of the upload are missing", bytes, missing));
}

core::Result<std::unique_ptr<ByteSink>> receive_into(const Services& services, const Request& request, Turn turn,
                                                     core::Result<Response> (*answer)(const Services&, const Request&,
                                                                                      Turn&)) {
  SG_ASSIGN(auto checksum, read_checksum(request));
  SG_ASSIGN(const auto bytes, announced_bytes(request, turn.upload().length - turn.offset()));
  // What waits for its checksum lies there twice for a moment.
  SG_ASSIGN(auto room, services.admission.admit(checksum ? 2 * bytes : bytes));
  return std::make_unique<ChunkSink>(
      services.blobs, std::move(turn), std::move(room), std::move(checksum),
      [&services, request = request, answer](Turn& ended) { return answer(services, request, ended); });
}

core::Result<std::int64_t> read_length(const Services& services, const Request& request) {
  if (request.headers.has("Upload-Defer-Length"))
    return core::fail(wrong_header("Upload-Defer-Length is not taken: say the Upload-Length at once"));
  if (request.headers.has("Upload-Concat"))
    return core::fail(wrong_header("Upload-Concat is not taken: send the file as one upload"));
  SG_ASSIGN(const auto length, read_number_header(request, "Upload-Length"));
  if (!length) return core::fail(wrong_header("Upload-Length is missing"));
  if (*length == 0) return core::fail(wrong_header("Upload-Length is 0: the file is empty"));
  if (*length <= services.max_upload_bytes) return *length;
  return core::fail(core::ErrorCode::too_large,
                    fmt::format("the file has {} bytes; at most {} are taken", *length, services.max_upload_bytes));
}

core::Result<std::unique_ptr<ByteSink>> begin_creation(const Services& services, const Request& request) {
  SG_TRY(check_version(request));
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto length, read_length(services, request));
  const auto media_type = request.headers.get("Content-Type");
  SG_ASSIGN(const auto bytes, announced_bytes(request, length));
  if (bytes > 0 && media_type != chunk_media_type)
    return core::fail(core::ErrorCode::unsupported_format, fmt::format("the body must be {}", chunk_media_type));
  const std::string metadata(request.headers.get("Upload-Metadata"));
  SG_ASSIGN(const auto entries, parse_upload_metadata(metadata));
  SG_ASSIGN(const auto wish, read_upload_wish(entries));
  // Only to refuse now what could not be taken in at the end.
  SG_TRY(submission_of(services, request, wish));
  SG_TRY(services.admission.admit(length));
  const auto now = services.clock.now();
  SG_ASSIGN(auto turn, services.uploads.create({.id = core::PhotoId::make(now),
                                                .owner = request.caller.user_id,
                                                .length = length,
                                                .metadata = metadata,
                                                .sha256 = wish.sha256,
                                                .created_at = now}));
  return receive_into(services, request, std::move(turn), created);
}

core::Result<core::PhotoId> captured_upload(const Request& request) {
  if (const auto id = core::PhotoId::parse(request.captures.get("id"))) return *id;
  return core::fail(core::not_found("no such upload"));
}

core::Result<std::unique_ptr<ByteSink>> begin_piece(const Services& services, const Request& request) {
  SG_TRY(check_version(request));
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto id, captured_upload(request));
  if (request.headers.get("Content-Type") != chunk_media_type)
    return core::fail(core::ErrorCode::unsupported_format, fmt::format("the body must be {}", chunk_media_type));
  SG_ASSIGN(const auto offset, read_number_header(request, "Upload-Offset"));
  if (!offset) return core::fail(wrong_header("Upload-Offset is missing"));
  SG_ASSIGN(auto turn, services.uploads.take(id, request.caller.user_id));
  if (*offset != turn.offset()) {
    return core::fail(
        core::Error{.code = core::ErrorCode::conflict,
                    .message = fmt::format("the upload has {} bytes, not {}; go on from there", turn.offset(), *offset),
                    .field = "Upload-Offset"});
  }
  // Whoever asks again learns the same as the first time.
  if (turn.upload().problem) return core::fail(*turn.upload().problem);
  return receive_into(services, request, std::move(turn), complete);
}

core::Result<Response> terminate(const Services& services, const Request& request) {
  SG_TRY(check_version(request));
  SG_ASSIGN(const auto id, captured_upload(request));
  SG_ASSIGN(auto turn, services.uploads.take(id, request.caller.user_id));
  SG_TRY(turn.remove());
  return Response::empty(204);
}

// Takes no bytes: the row needs a sink because its body may be one.
class Termination final : public ByteSink {
 public:
  Termination(const Services& services, const Request& request) : services_(services), request_(request) {}
  core::Result<void> write(std::string_view) override { return {}; }
  core::Result<Response> finish() override { return terminate(services_, request_); }

 private:
  const Services& services_;
  Request request_;
};

// For clients behind proxies that know only GET and POST.
core::Result<std::unique_ptr<ByteSink>> begin_overridden(const Services& services, const Request& request) {
  const auto method = request.headers.get("X-HTTP-Method-Override");
  if (method == "PATCH") return begin_piece(services, request);
  if (method == "DELETE") return std::make_unique<Termination>(services, request);
  return core::fail(wrong_header("X-HTTP-Method-Override must be PATCH or DELETE; without it, send one of these"));
}

// HEAD, the protocol's question for the offset, is this answer without its body.
core::Result<Response> look(const Services& services, const Request& request) {
  if (request.method == Method::head) SG_TRY(check_version(request));
  SG_ASSIGN(const auto id, captured_upload(request));
  SG_ASSIGN(const auto view, services.uploads.look(id, request.caller.user_id));
  SG_ASSIGN(auto text, upload_json(services, request, view));
  Response response = Response::json(200, std::move(text));
  add_progress(response, view.offset, view.expires_at);
  response.headers.set("Upload-Length", std::to_string(view.upload.length));
  if (!view.upload.metadata.empty()) response.headers.set("Upload-Metadata", view.upload.metadata);
  return response;
}

Handler describe(const Services& services) {
  return [&services](const Request&) -> core::Result<Response> {
    Response response = Response::empty(204);
    response.headers.set("Tus-Extension", std::string(tus_extensions));
    response.headers.set("Tus-Max-Size", std::to_string(services.max_upload_bytes));
    response.headers.set("Tus-Checksum-Algorithm", std::string(tus_checksum_algorithms));
    return response;
  };
}

}  // namespace

void add_resumable_upload_endpoints(EndpointTable& table, const Services& services) {
  constexpr std::string_view all = "/api/v1/uploads";
  constexpr std::string_view one = "/api/v1/uploads/{id}";
  const Guard sending{
      .least_role = core::Role::technician, .access = accounts::Access::write, .check = ObjectCheck::own};
  const auto add = [&](Endpoint row) {
    row.headers = tus_headers;
    table.push_back(std::move(row));
  };
  const auto receiving = [&](core::Result<std::unique_ptr<ByteSink>> (*begin)(const Services&, const Request&)) {
    return [&services, begin](const Request& request) { return begin(services, request); };
  };
  add({.method = Method::options,
       .pattern = all,
       .operation = "describeUploads",
       .guard = {.is_public = true},
       .handle = describe(services)});
  add({.method = Method::post,
       .pattern = all,
       .operation = "createUpload",
       .guard = {.least_role = core::Role::technician, .access = accounts::Access::write},
       .body = BodyKind::bytes,
       .receive = receiving(begin_creation),
       .max_body_bytes = services.max_upload_bytes});
  add({.method = Method::get,
       .pattern = one,
       .operation = "getUpload",
       .guard = {.check = ObjectCheck::own},
       .handle = bound(services, look)});
  add({.method = Method::patch,
       .pattern = one,
       .operation = "sendUpload",
       .guard = sending,
       .body = BodyKind::bytes,
       .receive = receiving(begin_piece),
       .max_body_bytes = services.max_upload_bytes});
  add({.method = Method::post,
       .pattern = one,
       .operation = "overrideUpload",
       .guard = sending,
       .body = BodyKind::bytes,
       .receive = receiving(begin_overridden),
       .max_body_bytes = services.max_upload_bytes});
  add({.method = Method::delete_,
       .pattern = one,
       .operation = "deleteUpload",
       .guard = sending,
       .handle = bound(services, terminate)});
}

}  // namespace sightglass::http
