// Bytes that were fetched and wait to be taken in, and those of files that came in part.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::pulls {

// Thread-safe. Blocks on the disk. Nothing in it need outlive a power cut: what is gone is fetched again.
class Spool {
 public:
  // `data`/pulls, made when it is missing.
  static core::Result<Spool> open(const std::filesystem::path& data);

  // To read and write, at its start; an empty file when there was none. core::no_room() when the disk is full.
  core::Result<runtime::UnixFd> file(core::PullFileId id) const;
  std::int64_t bytes(core::PullFileId id) const;  // 0 when there is none
  void remove(core::PullFileId id) const;
  // Those that `is_wanted` does not want.
  template <typename IsWanted>
  void remove_others(const IsWanted& is_wanted) const {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
      const auto id = core::PullFileId::parse(entry.path().stem().string());
      if (!id || !is_wanted(*id)) std::filesystem::remove(entry.path(), ignored);
    }
  }

 private:
  explicit Spool(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path path_of(core::PullFileId id) const { return folder_ / (id.to_string() + ".bytes"); }
  std::filesystem::path folder_;
};

}  // namespace sightglass::pulls
