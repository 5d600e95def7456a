// The error of a full disk, told apart from the other quotas: waiting does not help, somebody must make room.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace sightglass::core {

// What marks it among the errors of the code quota_exceeded; no input field has this name.
inline constexpr std::string_view no_room_field = "storage";

// `message` says what could not be kept and what to do about it.
inline Error no_room(std::string message, std::string cause = {}) {
  return {.code = ErrorCode::quota_exceeded,
          .message = std::move(message),
          .field = std::string(no_room_field),
          .cause = std::move(cause)};
}

inline bool is_no_room(const Error& error) {
  return error.code == ErrorCode::quota_exceeded && error.field == no_room_field;
}

}  // namespace sightglass::core
