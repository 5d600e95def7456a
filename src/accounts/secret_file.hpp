// Secrets kept in files of the data directory that only their owner may read.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::accounts {

// Blocks. The file's bytes; when there is none, it is made with what `make` returns, whole or not at all, with
// mode 0600 in a directory of mode 0700. Two processes that start together agree on one content.
// permission_denied when group or others have any right to the file, or it is no regular file; internal with the
// system's reason else.
core::Result<std::string> read_or_make_secret(const std::filesystem::path& file,
                                              const std::function<std::string()>& make);

// Blocks. The same of a file that a person made; nothing when there is none. A line end behind it is left out.
core::Result<std::optional<std::string>> read_secret(const std::filesystem::path& file);

}  // namespace sightglass::accounts
