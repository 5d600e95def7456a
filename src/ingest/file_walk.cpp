#include "ingest/file_walk.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace sightglass::ingest {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

// Folder by folder with a stack of its own: the standard's recursive iterator ends at the first folder it cannot read.
class Walk {
 public:
  explicit Walk(FoundFiles& found) : found_(found) {}

  void run(const fs::path& folder) {
    folders_.push_back(folder);
    while (!folders_.empty()) {
      const fs::path next = std::move(folders_.back());
      folders_.pop_back();
      read(next);
    }
  }

 private:
  void read(const fs::path& folder) {
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure); !failure && entry != fs::directory_iterator{};
         entry.increment(failure)) {
      if (!is_hidden(entry->path())) take(*entry);
    }
    if (failure) pass_over(folder, "The folder cannot be read: " + failure.message());
  }

  void take(const fs::directory_entry& entry) {
    std::error_code failure;
    const auto type = entry.symlink_status(failure).type();
    if (type == fs::file_type::regular) return found_.files.push_back(entry.path());
    if (type == fs::file_type::directory) return folders_.push_back(entry.path());
    if (type == fs::file_type::symlink) return pass_over(entry.path(), "Links inside folders are not followed.");
    pass_over(entry.path(), failure ? "It cannot be looked at: " + failure.message() : "This is not a file.");
  }

  void pass_over(const fs::path& path, std::string reason) { found_.passed_over.push_back({path, std::move(reason)}); }

  FoundFiles& found_;
  std::vector<fs::path> folders_;
};

}  // namespace

core::Result<FoundFiles> find_files(const std::vector<fs::path>& paths) {
  FoundFiles found;
  for (const auto& path : paths) {
    std::error_code failure;
    const auto type = fs::status(path, failure).type();
    if (type == fs::file_type::regular) {
      found.files.push_back(path);
    } else if (type == fs::file_type::directory) {
      const auto begin = static_cast<std::ptrdiff_t>(found.files.size());
      Walk(found).run(path);
      std::sort(found.files.begin() + begin, found.files.end());
    } else {
      return core::fail(core::invalid_input("path", path.string() + " is neither a file nor a directory."));
    }
  }
  std::ranges::sort(found.passed_over, {}, &PassedOver::path);
  return found;
}

}  // namespace sightglass::ingest
