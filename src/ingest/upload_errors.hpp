// Errors of uploads that may be resumed which their protocol tells apart from others of the same code.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace sightglass::ingest {

// What marks them; no input field has these names.
inline constexpr std::string_view locked_upload_field = "upload";
inline constexpr std::string_view checksum_field = "checksum";

// Somebody else is writing to it right now.
inline core::Error upload_is_locked() {
  return {.code = core::ErrorCode::conflict,
          .message = "another request is writing to this upload; ask for its offset again in a moment",
          .field = std::string(locked_upload_field)};
}
inline bool is_locked_upload(const core::Error& error) {
  return error.code == core::ErrorCode::conflict && error.field == locked_upload_field;
}

// The bytes are not those that the sender computed its checksum over.
inline core::Error checksum_differs(std::string message) {
  return {.code = core::ErrorCode::corrupt_image, .message = std::move(message), .field = std::string(checksum_field)};
}
inline bool is_checksum_differing(const core::Error& error) {
  return error.code == core::ErrorCode::corrupt_image && error.field == checksum_field;
}

}  // namespace sightglass::ingest
