// A file written under another name until it is whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::runtime {

// Lies beside its target as `<target>.partial`, and is gone with its owner unless it was finished. One thread at a
// time. Errors of all: quota_exceeded (the disk or a quota is full), unavailable (whatever else the system says).
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path target);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  // Makes the directories above it too; what lay at the other name is overwritten.
  core::Result<void> open();
  core::Result<void> write(std::string_view bytes);
  // On the disk, and at the target's name in one step.
  core::Result<void> finish();

 private:
  std::filesystem::path target_{};
  std::string path_{};
  UnixFd fd_{};
};

}  // namespace sightglass::runtime
