// The error of a request of which no byte went out: whoever it was for cannot have done, or charged, anything.
#pragma once

#include <string_view>

#include "core/error.hpp"

namespace sightglass::core {

// What marks it among the errors of other servers; no input field has this name.
inline constexpr std::string_view not_sent_field = "connection";

inline bool was_not_sent(const Error& error) {
  return error.field == not_sent_field && (error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout);
}

}  // namespace sightglass::core
