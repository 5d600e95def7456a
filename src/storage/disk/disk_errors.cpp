#include "storage/disk/disk_errors.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "core/no_room.hpp"

namespace sightglass::storage::disk {
namespace {

core::Error make(core::ErrorCode code, std::string message, std::string cause) {
  return {.code = code, .message = std::move(message), .field = {}, .cause = std::move(cause)};
}

}  // namespace

core::Error error_from(int error_number, std::string_view doing, std::string_view key) {
  const std::string cause = fmt::format("{} {}: {}", doing, key, std::strerror(error_number));
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return core::no_room(
          "There is no room left where pictures are stored; nothing of this was kept. Make room on that disk, then try "
          "again.",
          cause);
    case ENOENT:
    case ENOTDIR:
    case ELOOP:  // a symbolic link where a file or directory of ours should be: not ours
    case EXDEV:  // openat2's answer to a path that leads outside
      return make(core::ErrorCode::not_found, fmt::format("The store has no {}.", key), cause);
    case EEXIST: return make(core::ErrorCode::conflict, fmt::format("The store already has {}.", key), cause);
    case EACCES:
    case EPERM:
    case EROFS: return make(core::ErrorCode::unavailable, fmt::format("The store may not {} {}.", doing, key), cause);
    default: return core::internal_error(fmt::format("The store could not {} {}.", doing, key), cause);
  }
}

}  // namespace sightglass::storage::disk
