#include "ingest/file_walk.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace sightglass::ingest {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

void walk(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code failure;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, failure);
  for (; !failure && entry != fs::recursive_directory_iterator{}; entry.increment(failure)) {
    std::error_code unknown;
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->symlink_status(unknown).type() == fs::file_type::regular) {
      files.push_back(entry->path());
    }
  }
}

}  // namespace

core::Result<std::vector<fs::path>> find_files(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const auto& path : paths) {
    std::error_code failure;
    const auto type = fs::status(path, failure).type();
    if (type == fs::file_type::regular) {
      files.push_back(path);
    } else if (type == fs::file_type::directory) {
      const auto begin = files.size();
      walk(path, files);
      std::sort(files.begin() + static_cast<std::ptrdiff_t>(begin), files.end());
    } else {
      return core::fail(core::invalid_input("path", path.string() + " is neither a file nor a directory."));
    }
  }
  return files;
}

}  // namespace sightglass::ingest
