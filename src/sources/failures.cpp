#include "sources/failures.hpp"

namespace sightglass::sources {

core::ErrorCode code_of(Trouble trouble) {
  using enum core::ErrorCode;
  switch (trouble) {
    case Trouble::gone: return not_found;
    case Trouble::too_large: return too_large;
    case Trouble::timeout: return timeout;
    case Trouble::address:
    case Trouble::credentials: return invalid_input;
    case Trouble::refused: return permission_denied;
    case Trouble::stopped: return cancelled;
    case Trouble::none:
    case Trouble::wrong_length:
    case Trouble::unreachable:
    case Trouble::busy:
    case Trouble::server_error:
    case Trouble::listing:
    case Trouble::other: return unavailable;
  }
  return unavailable;
}

}  // namespace sightglass::sources
