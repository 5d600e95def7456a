#include "storage/disk/tree_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "storage/disk/disk_errors.hpp"
#include "storage/disk/incoming_file.hpp"

namespace sightglass::storage::disk {
namespace {

using Visit = std::function<bool(std::string_view, const BlobInfo&)>;

struct CloseStream {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseStream>;

core::Result<DirectoryStream> open_stream(const DirectoryTree& tree, std::string_view folder) {
  SG_ASSIGN(runtime::UnixFd fd, tree.open_directory(folder));
  DirectoryStream stream(::fdopendir(fd.get()));
  if (!stream) return core::fail(error_from(errno, "list", folder));
  static_cast<void>(fd.release());  // the stream closes it
  return stream;
}

std::string join(std::string_view folder, std::string_view name) {
  std::string key(folder);
  if (!key.empty()) key += '/';
  return key.append(name);
}

// Whether a folder can hold keys that begin with the prefix, or lies wholly inside it.
bool may_hold(std::string_view folder, std::string_view prefix) {
  const std::string inside = std::string(folder) + "/";
  return inside.starts_with(prefix) || prefix.starts_with(inside);
}

class Walker {
 public:
  Walker(std::string_view prefix, const Visit& visit) : prefix_(prefix), visit_(visit) {}

  // One folder's files are visited, its folders remembered. False when the visitor has seen enough.
  bool visit_folder(DIR* stream, std::string_view folder) {
    const int fd = ::dirfd(stream);
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat status = {};
      // Removed since it was listed, perhaps: uploads come and go while this walks.
      if (::fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (!visit_entry(join(folder, name), status)) return false;
    }
    return true;
  }
  std::vector<std::string>& waiting() { return waiting_; }

 private:
  bool visit_entry(std::string key, const struct stat& status) {
    if (S_ISDIR(status.st_mode)) {
      if (may_hold(key, prefix_)) waiting_.push_back(std::move(key));
      return true;
    }
    if (!S_ISREG(status.st_mode) || !key.starts_with(prefix_)) return true;
    return visit_(key, info_of(status));
  }

  std::string_view prefix_;
  const Visit& visit_;
  std::vector<std::string> waiting_;  // folders still to be read
};

}  // namespace

BlobInfo info_of(const struct stat& status) {
  const auto since_epoch =
      std::chrono::seconds(status.st_mtim.tv_sec) +
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::nanoseconds(status.st_mtim.tv_nsec));
  return {.bytes = status.st_size, .modified_at = core::Instant(since_epoch)};
}

bool is_temporary(std::string_view key) {
  return key.starts_with(std::string(incoming_folder) + "/") && key.ends_with(temporary_suffix);
}

core::Result<void> walk(const DirectoryTree& tree, std::string_view prefix, const Visit& visit) {
  Walker walker(prefix, visit);
  const auto slash = prefix.rfind('/');
  walker.waiting().emplace_back(slash == std::string_view::npos ? "" : prefix.substr(0, slash));
  while (!walker.waiting().empty()) {
    const std::string folder = std::move(walker.waiting().back());
    walker.waiting().pop_back();
    const auto stream = open_stream(tree, folder);
    // Removed since its parent was read.
    if (!stream && stream.error().code == core::ErrorCode::not_found) continue;
    // A folder with a name that is no key holds nothing of ours.
    if (!stream && stream.error().code == core::ErrorCode::invalid_input) continue;
    if (!stream) return std::unexpected(stream.error());
    if (!walker.visit_folder(stream->get(), folder)) return {};
  }
  return {};
}

}  // namespace sightglass::storage::disk
