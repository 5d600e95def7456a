// Files and folders that are sure to be there after a power cut.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::stations {

// All block. Errors: that of core/no_room.hpp when the disk is full; unavailable when the process may not; not_found;
// conflict for what is there already; internal.

// The whole file or none of it, under this name; one of that name is replaced.
core::Result<void> write_durably(const std::filesystem::path& file, std::string_view bytes);
// With all its parents; those that are there are left as they are.
core::Result<void> make_durably(const std::filesystem::path& folder);
// The entries of a folder, not their contents.
core::Result<void> sync_folder(const std::filesystem::path& folder);
// Never over something that is there: conflict.
core::Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace sightglass::stations
