#include "app/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace sightglass::app {
namespace {

using core::Result;

constexpr const char* runs_file = "runs";

core::Error cannot_use(const std::filesystem::path& path, const std::string& why) {
  return core::invalid_input("data", fmt::format("the data directory {} cannot be used: {}", path.string(), why));
}

Result<runtime::UnixFd> open_lock(const std::filesystem::path& path) {
  runtime::UnixFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return core::fail(cannot_use(path, std::strerror(errno)));
  return fd;
}

Result<void> make_folder(const std::filesystem::path& path, mode_t mode) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return core::fail(cannot_use(path, std::strerror(errno)));
  return {};
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return core::fail(cannot_use(path, error.message()));
  SG_TRY(make_folder(absolute, 0750));
  for (const char* folder : {"images", "photos", "catalogue", "incoming", "quarantine", "models", "cache"})
    SG_TRY(make_folder(absolute / folder, 0750));
  SG_TRY(make_folder(absolute / "keys", 0700));
  DataDirectory directory(absolute);
  SG_ASSIGN(directory.serving_lock_, open_lock(directory.keys() / "serving.lock"));
  SG_ASSIGN(directory.intake_lock_, open_lock(directory.keys() / "intake.lock"));
  return directory;
}

Result<void> DataDirectory::claim_for_serving() {
  if (::flock(serving_lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
  return core::fail(
      core::ErrorCode::conflict,
      fmt::format("another server already uses {}; stop it, or give --data another directory", path_.string()));
}

Result<void> DataDirectory::claim_alone() {
  SG_TRY(claim_for_serving());
  if (try_exclude_intake()) return {};
  return core::fail(core::ErrorCode::conflict,
                    fmt::format("another command takes pictures in at {}; wait for its end", path_.string()));
}

bool DataDirectory::try_exclude_intake() { return ::flock(intake_lock_.get(), LOCK_EX | LOCK_NB) == 0; }

Result<void> DataDirectory::share_intake() {
  while (::flock(intake_lock_.get(), LOCK_SH) != 0)
    if (errno != EINTR) return core::fail(cannot_use(path_, std::strerror(errno)));
  return {};
}

std::map<std::string, database::RunId> DataDirectory::last_runs() const {
  std::map<std::string, database::RunId> runs;
  std::ifstream file(path_ / runs_file);
  for (std::string role, id; file >> role >> id;)
    if (const auto run = database::RunId::parse(id)) runs[role] = *run;
  return runs;
}

Result<void> DataDirectory::note_runs(const std::map<std::string, database::RunId>& runs) const {
  const auto place = path_ / runs_file;
  auto written = place;
  written += ".new";
  std::ofstream file(written, std::ios::trunc);
  for (const auto& [role, id] : runs) file << role << ' ' << id.to_string() << '\n';
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(written, place, error);
  if (file && !error) return {};
  return core::fail(core::unavailable("The data directory cannot be written.", place.string() + " " + error.message()));
}

}  // namespace sightglass::app
