// Finds the files an import is about.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace sightglass::ingest {

// A folder that could not be read to its end, a link, or something that is neither file nor folder.
struct PassedOver {
  std::filesystem::path path{};
  std::string reason{};  // for people
};

struct FoundFiles {
  std::vector<std::filesystem::path> files{};
  std::vector<PassedOver> passed_over{};
};

// Every regular file under the paths, in a stable order, each once per path. Links named directly are followed; links
// inside directories are not, and are listed as passed over, like whatever cannot be read. Hidden entries of
// directories are left out without a word. invalid_input when a path is not there. Blocks.
core::Result<FoundFiles> find_files(const std::vector<std::filesystem::path>& paths);

}  // namespace sightglass::ingest
