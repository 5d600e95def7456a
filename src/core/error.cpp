#include "core/error.hpp"

namespace sightglass::core {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input: return "invalid_input";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::permission_denied: return "permission_denied";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::unsupported_format: return "unsupported_format";
    case ErrorCode::corrupt_image: return "corrupt_image";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::quota_exceeded: return "quota_exceeded";
    case ErrorCode::timeout: return "timeout";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

}  // namespace sightglass::core
