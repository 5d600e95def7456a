// The error of a file that a row promises and the store lacks, told apart from what was never there: somebody must put
// it back.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace sightglass::core {

// What marks it among the errors of the code not_found; no input field has this name.
inline constexpr std::string_view lost_file_field = "file";

// `message` says what is lost and what to do about it.
inline Error lost_file(std::string message, std::string cause = {}) {
  return {.code = ErrorCode::not_found,
          .message = std::move(message),
          .field = std::string(lost_file_field),
          .cause = std::move(cause)};
}

inline Error lost_original(std::string cause = {}) {
  return lost_file(
      "the original of this photo is lost; put it back from a backup, where `sightglass check` says that it is missing",
      std::move(cause));
}

inline bool is_lost_file(const Error& error) {
  return error.code == ErrorCode::not_found && error.field == lost_file_field;
}

}  // namespace sightglass::core
