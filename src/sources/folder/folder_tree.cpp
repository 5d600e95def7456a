#include "sources/folder/folder_tree.hpp"

#include <fcntl.h>

#include <cerrno>
#include <string>

#include "sources/remote_names.hpp"

namespace sightglass::sources::folder {
namespace {

using runtime::UnixFd;

// Needs leave to pass through it, and none to read it.
constexpr int passing = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

UnixFd none(int error) {
  errno = error;
  return {};
}

}  // namespace

UnixFd open_below(int directory, std::string_view path, int flags) {
  // Devices and pipes would wait for somebody at their other end.
  const int last_flags = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  if (path.empty()) return UnixFd(::openat(directory, ".", last_flags));
  UnixFd passed;
  while (true) {
    const auto slash = path.find('/');
    const std::string name(path.substr(0, slash));
    if (!is_segment(name)) return none(EINVAL);
    const int from = passed ? passed.get() : directory;
    if (slash == path.npos) return UnixFd(::openat(from, name.c_str(), last_flags));
    UnixFd next(::openat(from, name.c_str(), passing));
    if (!next) return {};
    passed = std::move(next);
    path.remove_prefix(slash + 1);
  }
}

UnixFd open_root(std::string_view path) {
  if (!path.starts_with('/')) return none(EINVAL);
  const UnixFd top(::open("/", passing));
  if (!top) return {};
  std::string inner;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto name = path.substr(0, slash);
    if (!name.empty() && name != ".") inner.append(inner.empty() ? "" : "/").append(name);
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
  }
  return open_below(top.get(), inner, O_RDONLY | O_DIRECTORY);
}

}  // namespace sightglass::sources::folder
