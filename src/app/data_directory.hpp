// The data directory: made on first use, and locked so that start-up repair never meets a running upload.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/result.hpp"
#include "database/runs.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::app {

// Held by every process that takes pictures in. The kernel drops the locks of a process that dies.
class DataDirectory {
 public:
  // Creates the directory and its fixed folders (mode 0750, keys/ 0700). Blocks.
  // invalid_input when it cannot be made or written, with what the system said.
  static core::Result<DataDirectory> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database_file() const { return path_ / "sightglass.db"; }
  std::filesystem::path keys() const { return path_ / "keys"; }

  // For work that neither a server nor a command that takes pictures in may meet, for as long as this lives. conflict
  // when one does run.
  core::Result<void> claim_alone();
  // Only one server at a time. conflict when another one has it.
  core::Result<void> claim_for_serving();
  // True when no other process takes pictures in: what lies in incoming/ is then left from a crash, and may be
  // settled until share_intake() is called. Does not wait.
  bool try_exclude_intake();
  // From here on this process takes pictures in, beside others. Waits for one that settles. Blocks.
  core::Result<void> share_intake();

  // The runs of the last server of this directory, by role: whoever holds the serving lock knows that they are over.
  // None when there was none. What cannot be read is none: the others find out in their time.
  std::map<std::string, database::RunId> last_runs() const;
  // Kept for the next server. unavailable when it cannot be written. Blocks.
  core::Result<void> note_runs(const std::map<std::string, database::RunId>& runs) const;

 private:
  explicit DataDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
  runtime::UnixFd serving_lock_;
  runtime::UnixFd intake_lock_;
};

}  // namespace sightglass::app
