#include "imaging/pipeline/mapped_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "imaging/header.hpp"

namespace sightglass::imaging::pipeline {

core::Result<MappedFile> MappedFile::map(int fd, const Limits& limits) {
  struct stat facts{};
  if (fstat(fd, &facts) != 0)
    return core::fail(core::internal_error("The picture's file cannot be read", std::strerror(errno)));
  if (!S_ISREG(facts.st_mode)) return core::fail(core::internal_error("The picture is not a regular file"));
  if (facts.st_size == 0) return core::fail(core::ErrorCode::corrupt_image, "The file is empty");
  SG_TRY(check_file_bytes(facts.st_size, limits));
  const auto length = static_cast<std::size_t>(facts.st_size);
  void* address = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED) {
    return core::fail(core::internal_error("The picture's file cannot be mapped", std::strerror(errno)));
  }
  return MappedFile({static_cast<const std::byte*>(address), length});
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace sightglass::imaging::pipeline
