#include "storage/disk/write_at.hpp"

#include <unistd.h>

#include <cerrno>

#include "storage/disk/disk_errors.hpp"

namespace sightglass::storage::disk {

core::Result<void> write_at(int fd, std::int64_t offset, std::span<const std::byte> bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return core::fail(error_from(errno, "write", name));
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += put;
  }
  return {};
}

}  // namespace sightglass::storage::disk
