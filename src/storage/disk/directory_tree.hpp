// Opens directories and files below one root, and nothing outside it: no symbolic link is ever followed.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/result.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::storage::disk {

// Told of every call that orders writes, as it is made: "sync_file", "rename", "link", "sync_directory",
// "make_directory", with the key it is about. For tests of durability; must be thread-safe.
using SyncObserver = std::function<void(std::string_view call, std::string_view key)>;

// The directory that holds a key's file, and the name in it. `name` is a view into the key.
struct Place {
  runtime::UnixFd directory{};
  std::string_view folder{};  // the key without its last segment; empty at the root
  std::string name{};
};

// Thread-safe. Blocks.
class DirectoryTree {
 public:
  DirectoryTree(runtime::UnixFd root, SyncObserver observer);

  // not_found when the directory is not there; invalid_input for a key that is none.
  core::Result<Place> find(std::string_view key) const;
  // Makes the directories that are missing. With `durable`, every one of them is sure to survive a power cut.
  core::Result<Place> make(std::string_view key, bool durable);
  // A regular file, opened with these flags; not_found for anything else.
  core::Result<runtime::UnixFd> open_file(std::string_view key, int flags) const;
  // "" is the root.
  core::Result<runtime::UnixFd> open_directory(std::string_view folder) const;
  // Makes the entries of an open directory durable.
  core::Result<void> sync(const Place& place) const;

  int root() const { return root_.get(); }
  void observe(std::string_view call, std::string_view key) const {
    if (observer_) observer_(call, key);
  }

 private:
  core::Result<void> make_folders(std::string_view folder, bool durable);
  core::Result<runtime::UnixFd> enter(int parent, const std::string& name, std::string_view path, bool durable);

  runtime::UnixFd root_;
  SyncObserver observer_;
  std::mutex mutex_;
  std::unordered_set<std::string> durable_folders_;  // whose whole chain of parents was synced by this process
};

}  // namespace sightglass::storage::disk
