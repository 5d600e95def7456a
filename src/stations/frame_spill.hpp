// Frames that wait on disk because memory is full, or because the program ended before they were judged.
#pragma once

#include <filesystem>

#include "core/raw_image.hpp"
#include "core/result.hpp"
#include "core/station_ids.hpp"

namespace sightglass::stations {

// Thread-safe. Blocks on the disk. Files outlive the process; they need not outlive a power cut: the journal says that
// a frame was lost then.
class FrameSpill {
 public:
  // Makes the folder when it is missing.
  static core::Result<FrameSpill> open(const std::filesystem::path& data);

  // Errors: that of core/no_room.hpp; internal.
  core::Result<void> put(core::TriggerId id, const core::RawImage& frame) const;
  // not_found; corrupt_image for a file that put() did not write whole.
  core::Result<core::RawImage> get(core::TriggerId id) const;
  bool has(core::TriggerId id) const;
  void remove(core::TriggerId id) const;
  // What is of no trigger that `is_wanted` wants.
  template <typename IsWanted>
  void remove_others(const IsWanted& is_wanted) const {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
      const auto id = core::TriggerId::parse(entry.path().stem().string());
      if (!id || !is_wanted(*id)) std::filesystem::remove(entry.path(), ignored);
    }
  }

 private:
  explicit FrameSpill(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path file_of(core::TriggerId id) const { return folder_ / (id.to_string() + ".frame"); }
  std::filesystem::path folder_;
};

}  // namespace sightglass::stations
