#include "pulls/spool.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "core/no_room.hpp"

namespace sightglass::pulls {

namespace fs = std::filesystem;

core::Result<Spool> Spool::open(const fs::path& data) {
  auto folder = data / "pulls";
  std::error_code fault;
  fs::create_directories(folder, fault);
  if (!fault) fs::permissions(folder, fs::perms::owner_all, fault);
  if (fault) return core::fail(core::internal_error("The folder of fetched files cannot be made.", fault.message()));
  return Spool(std::move(folder));
}

core::Result<runtime::UnixFd> Spool::file(core::PullFileId id) const {
  runtime::UnixFd fd(::open(path_of(id).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (fd) return fd;
  const int fault = errno;
  if (fault == ENOSPC || fault == EDQUOT)
    return core::fail(
        core::no_room("The disk is full: nothing more is fetched until there is room.", std::strerror(fault)));
  return core::fail(core::internal_error("A fetched file cannot be kept.", std::strerror(fault)));
}

std::int64_t Spool::bytes(core::PullFileId id) const {
  std::error_code fault;
  const auto size = fs::file_size(path_of(id), fault);
  return fault ? 0 : static_cast<std::int64_t>(size);
}

void Spool::remove(core::PullFileId id) const {
  std::error_code ignored;
  fs::remove(path_of(id), ignored);
}

}  // namespace sightglass::pulls
