// What the files of an archive are called: as their senders called them, in folders that people know, and so that every
// system can unpack them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/photo.hpp"
#include "core/records.hpp"

namespace sightglass::http {

// Text as the name of a file or folder on any system: without the characters that Windows forbids, invisible ones that
// turn what is read around, device names, leading dots, trailing dots and spaces; at most 120 bytes, cut before the
// ending. `otherwise` when nothing is left.
std::string safe_name(std::string_view text, std::string_view otherwise);

// "job_17 A-1042 Roof". Number and title are left out of one that the caller may not see.
std::string job_folder(core::JobId id, const core::Job* job);
// "photos/2026-11-21": the day it was taken, UTC.
std::string field_folder(const core::Photo& photo);
// The sender's name, with the ending of a JPEG where the display image is meant.
std::string archived_filename(const core::Photo& photo, bool is_display);

// Gives each name once. Case makes no difference, as on Windows and macOS. Not thread-safe.
class UniqueNames {
 public:
  // The name itself, or one with " (2)", " (3)" … before its ending.
  std::string claim(const std::string& folder, const std::string& filename);

 private:
  std::unordered_map<std::string, int> taken_{};  // folded, with how many asked for it
};

}  // namespace sightglass::http
