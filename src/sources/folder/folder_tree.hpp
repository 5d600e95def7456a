// Opens what lies below a directory of this machine, one name after the other and never over a link: whoever may write
// into the directory must not choose what else is read.
#pragma once

#include <string_view>

#include "runtime/unix_fd.hpp"

namespace sightglass::sources::folder {

// A directory by its absolute path, none of whose parts may be a link. Invalid with errno else.
runtime::UnixFd open_root(std::string_view path);
// What a relative path names, "" the directory itself. `flags` are those of open(2) for the last name; O_NOFOLLOW,
// O_CLOEXEC and O_NONBLOCK are added. Invalid with errno (ELOOP, ENOTDIR: a link was in the way) else.
runtime::UnixFd open_below(int directory, std::string_view path, int flags);

}  // namespace sightglass::sources::folder
