// The one place that turns errors into status codes and public text.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/endpoint.hpp"

namespace sightglass::http {

// Errors of these fields are about the form of a request rather than a value in it: invalid_input naming one of them
// answers 400 instead of 422.
inline constexpr std::string_view malformed_body_field = "body";
inline constexpr std::string_view malformed_target_field = "target";
inline constexpr std::string_view malformed_headers_field = "headers";
// invalid_input of this field answers 412: a version of the upload protocol that is not spoken.
inline constexpr std::string_view protocol_version_field = "Tus-Resumable";

// invalid_input 422 (400 for the fields above), unauthenticated 401, permission_denied 403, not_found 404,
// conflict 409, unsupported_format 415, corrupt_image 422, too_large 413, quota_exceeded 429 (a full disk 507), timeout
// 504, cancelled and unavailable 503, internal 500. The plain style knows 400, 401, 403, 404, 413, 429, 500 and 503
// only: the rest of the client's mistakes become 400, timeouts and full disks 503. Of resumable uploads: 412 for
// protocol_version_field, 410 "file_lost" for core::lost_file(), 423 for ingest::upload_is_locked(), 460 for
// ingest::checksum_differs().
int status_of(const core::Error& error, ErrorStyle style);

// The answer to `error`, with WWW-Authenticate or Retry-After where the status calls for it. The text of internal
// errors is replaced by a general sentence; causes never show.
Response problem(const core::Error& error, ErrorStyle style, std::string_view request_id = {});

// For what HTTP itself refuses (405, 408, 414, 417, 431): `code` is the word in the structured body.
Response protocol_problem(int status, std::string_view code, std::string_view message, ErrorStyle style,
                          std::string_view request_id = {});

// The word for `error` in a structured body: "invalid_input", "insufficient_storage", …
std::string_view public_code_of(const core::Error& error);

// Whether `error` should be in the log with its cause: our fault, not the client's; a full disk is one.
bool is_our_fault(const core::Error& error);

// "Not Found" (RFC 9110, section 15); "Unknown" for statuses we never send.
std::string_view reason_of(int status);

}  // namespace sightglass::http
