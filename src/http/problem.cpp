#include "http/problem.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/json_writer.hpp"
#include "core/lost_file.hpp"
#include "core/no_room.hpp"
#include "core/not_sent.hpp"
#include "ingest/upload_errors.hpp"

namespace sightglass::http {
namespace {

using core::ErrorCode;

constexpr std::string_view general_failure = "the server failed to answer this request; its log says why";

bool is_about_form(const core::Error& error) {
  return error.field == malformed_body_field || error.field == malformed_target_field ||
         error.field == malformed_headers_field;
}

// Errors with statuses of their own: those of the upload protocol (tus 1.0.0), and files that are lost.
struct ProtocolStatus {
  int status;
  std::string_view code;
};

std::optional<ProtocolStatus> special_status(const core::Error& error) {
  if (error.code == ErrorCode::invalid_input && error.field == protocol_version_field)
    return ProtocolStatus{412, "unsupported_version"};
  if (core::is_lost_file(error)) return ProtocolStatus{410, "file_lost"};
  if (ingest::is_locked_upload(error)) return ProtocolStatus{423, "locked"};
  if (ingest::is_checksum_differing(error)) return ProtocolStatus{460, "checksum_mismatch"};
  return std::nullopt;
}

int structured_status(const core::Error& error) {
  if (const auto special = special_status(error)) return special->status;
  switch (error.code) {
    case ErrorCode::invalid_input: return is_about_form(error) ? 400 : 422;
    case ErrorCode::unauthenticated: return 401;
    case ErrorCode::permission_denied: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::unsupported_format: return 415;
    case ErrorCode::corrupt_image: return 422;
    case ErrorCode::too_large: return 413;
    case ErrorCode::quota_exceeded: return core::is_no_room(error) ? 507 : 429;
    case ErrorCode::timeout: return 504;
    case ErrorCode::cancelled:
    case ErrorCode::unavailable: return 503;
    case ErrorCode::internal: return 500;
  }
  return 500;
}

int plain_status(int status) {
  switch (status) {
    case 409:
    case 415:
    case 422: return 400;
    case 410: return 404;
    case 504:
    case 507: return 503;
    default: return status;
  }
}

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string structured_body(std::string_view code, std::string_view message, std::string_view field,
                            std::string_view request_id) {
  std::string text;
  core::JsonWriter writer(text);
  writer.begin_object().key("error").begin_object();
  writer.member("code", code).member("message", message).key("details").begin_object();
  if (!field.empty()) writer.member("field", field);
  if (!request_id.empty()) writer.member("request_id", request_id);
  writer.end_object().end_object().end_object();
  return text;
}

std::string plain_body(std::string_view message) {
  std::string text;
  core::JsonWriter(text).begin_object().member("error", message).end_object();
  return text;
}

std::string page_body(int status, std::string_view message, std::string_view request_id) {
  return fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<link rel=\"stylesheet\" href=\"/assets/problem-1.css\"><title>{1} · Sightglass</title>"
      "<main><h1>{1}</h1><p>{0}: {2}</p><p><a href=\"/\">Go to the jobs</a></p><p><small>Request "
      "{3}</small></p></main></html>\n",
      status, reason_of(status), escaped_html(message), escaped_html(request_id));
}

struct Problem {
  int status;
  std::string_view code;
  std::string_view message;
  std::string_view field;
};

Response answer(const Problem& problem, ErrorStyle style, std::string_view request_id) {
  Response response;
  switch (style) {
    case ErrorStyle::structured:
      response =
          Response::json(problem.status, structured_body(problem.code, problem.message, problem.field, request_id));
      break;
    case ErrorStyle::plain: response = Response::json(problem.status, plain_body(problem.message)); break;
    case ErrorStyle::page:
      response = Response::html(problem.status, page_body(problem.status, problem.message, request_id));
      break;
  }
  response.headers.add("Cache-Control", "no-store");
  if (problem.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (problem.status == 429 || problem.status == 503) response.headers.add("Retry-After", "2");
  return response;
}

}  // namespace

int status_of(const core::Error& error, ErrorStyle style) {
  const int status = structured_status(error);
  return style == ErrorStyle::plain ? plain_status(status) : status;
}

std::string_view public_code_of(const core::Error& error) {
  if (core::is_no_room(error)) return "insufficient_storage";
  const auto special = special_status(error);
  return special ? special->code : core::name_of(error.code);
}

Response problem(const core::Error& error, ErrorStyle style, std::string_view request_id) {
  const bool is_hidden = error.code == ErrorCode::internal;
  const bool is_mark = core::is_no_room(error) || core::was_not_sent(error);  // and no field of the request
  return answer({.status = status_of(error, style),
                 .code = public_code_of(error),
                 .message = is_hidden ? general_failure : std::string_view(error.message),
                 .field = is_hidden || is_mark ? std::string_view{} : std::string_view(error.field)},
                style, request_id);
}

Response protocol_problem(int status, std::string_view code, std::string_view message, ErrorStyle style,
                          std::string_view request_id) {
  return answer({.status = status, .code = code, .message = message, .field = {}}, style, request_id);
}

bool is_our_fault(const core::Error& error) {
  return error.code == ErrorCode::internal || error.code == ErrorCode::unavailable ||
         error.code == ErrorCode::timeout || core::is_no_room(error);
}

std::string_view reason_of(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 460: return "Checksum Mismatch";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace sightglass::http
