#include "conformance/gateway/remote_end.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

namespace sightglass::sources {

namespace fs = std::filesystem;

FolderEnd::FolderEnd() {
  fs::create_directory(tree());
  // Servers that give up their rights must still get there.
  for (const auto& path : {own(), tree()}) fs::permissions(path, fs::perms(0755));
}

void FolderEnd::put(const std::string& path, std::string_view bytes, std::chrono::seconds age) {
  const fs::path file = tree() / path;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const timespec time{.tv_sec = now - age.count(), .tv_nsec = 0};
  const timespec times[2] = {time, time};
  if (::utimensat(AT_FDCWD, file.c_str(), times, 0) != 0) throw std::runtime_error("no file for a test");
}

void FolderEnd::remove(const std::string& path) { fs::remove(tree() / path); }

}  // namespace sightglass::sources
