// Visits the files below a prefix, however many there are, without following links.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <string_view>

#include "core/result.hpp"
#include "storage/blob_store.hpp"
#include "storage/disk/directory_tree.hpp"

namespace sightglass::storage::disk {

// Calls `visit` for every regular file whose key begins with `prefix`, temporaries included, until it returns
// false. Files that vanish meanwhile are passed over; a prefix without any file is no error.
core::Result<void> walk(const DirectoryTree& tree, std::string_view prefix,
                        const std::function<bool(std::string_view key, const BlobInfo&)>& visit);

BlobInfo info_of(const struct stat& status);
bool is_temporary(std::string_view key);  // a half-written file of the store itself

}  // namespace sightglass::storage::disk
