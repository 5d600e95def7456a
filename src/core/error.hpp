// The one error type that expected failures travel in, from the lowest layer to the problem table in http/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sightglass::core {

enum class ErrorCode : std::uint8_t {
  invalid_input,       // a value the caller sent is wrong; `field` names it
  unauthenticated,     // no valid credentials
  permission_denied,   // known caller, too small a role
  not_found,           // does not exist, or may not be seen
  conflict,            // a name in use, a state that forbids the change
  unsupported_format,  // bytes of a kind we do not read
  corrupt_image,       // bytes of a kind we read, but broken
  too_large,           // over a stated limit of bytes, pixels, parts
  quota_exceeded,      // too many requests or no room; may be tried again later
  timeout,
  cancelled,
  unavailable,  // a part we need is down
  internal,     // a bug or a broken machine
};

// A stable lower-case name such as "invalid_input", used in JSON answers and logs.
std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // a sentence for the person who must act; never holds secrets
  std::string field{};  // name of the offending input field, empty when none
  std::string cause{};  // what the library or system said, for the log only; never sent to clients
};

inline Error invalid_input(std::string field, std::string message) {
  return {.code = ErrorCode::invalid_input, .message = std::move(message), .field = std::move(field)};
}
inline Error not_found(std::string message) { return {.code = ErrorCode::not_found, .message = std::move(message)}; }
inline Error internal_error(std::string message, std::string cause = {}) {
  return {.code = ErrorCode::internal, .message = std::move(message), .field = {}, .cause = std::move(cause)};
}
inline Error unavailable(std::string message, std::string cause = {}) {
  return {.code = ErrorCode::unavailable, .message = std::move(message), .field = {}, .cause = std::move(cause)};
}

}  // namespace sightglass::core
