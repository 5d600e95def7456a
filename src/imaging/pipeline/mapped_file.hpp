// Step: a file's bytes as memory, without reading them all.
#pragma once

#include <cstddef>
#include <span>

#include "core/result.hpp"
#include "imaging/limits.hpp"

namespace sightglass::imaging::pipeline {

// Read-only, private mapping of a whole regular file, unmapped when it goes. Truncating the file meanwhile
// kills the process with SIGBUS: pass files that nobody writes any more.
class MappedFile {
 public:
  // Errors: too_large (max_bytes), corrupt_image for an empty file, internal when it cannot be mapped. Blocks.
  static core::Result<MappedFile> map(int fd, const Limits& limits);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace sightglass::imaging::pipeline
