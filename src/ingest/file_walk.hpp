// Finds the files an import is about.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.hpp"

namespace sightglass::ingest {

// Every regular file under the paths, in a stable order, each once per path. Links named directly are followed, links
// inside directories are not; hidden entries of directories and folders that may not be read are passed over.
// invalid_input when a path is not there. Blocks.
core::Result<std::vector<std::filesystem::path>> find_files(const std::vector<std::filesystem::path>& paths);

}  // namespace sightglass::ingest
