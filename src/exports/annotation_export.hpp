// What was found on photos, written in the formats that other programs read: COCO, YOLO, CSV and Camtrap DP.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/annotations.hpp"
#include "database/database.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::exports {

enum class Format : std::uint8_t { coco, yolo, csv, camtrap_dp };
std::string_view name_of(Format format);  // "coco", "yolo", "csv", "camtrap-dp"
std::optional<Format> format_from_name(std::string_view name);

// A photo's original, ready to be read.
struct Picture {
  runtime::UnixFd fd{};
  std::int64_t bytes = 0;
};
// Blocks. not_found when it cannot be had, in words for people: then it is named in left_out.txt. Any other error ends
// the export.
using OpenPicture = std::function<core::Result<Picture>(const core::Photo&)>;

// What Camtrap DP asks of a study and no photo tells.
struct Study {
  std::string title = "Sightglass";
  std::string sampling_design = "opportunistic";     // a word of the profile's `project.samplingDesign`
  std::string capture_method = "activityDetection";  // of `project.captureMethod`
};

struct Options {
  Format format = Format::csv;
  database::annotations::Filter filter{};
  database::photos::Visibility visibility{};
  OpenPicture open_picture{};  // none: without pictures
  std::string address{};       // "https://host" before the API's paths; may be empty
  std::string author{};        // who exports, as they are shown
  Study study{};               // of Camtrap DP alone
  core::Instant now{};
};

// Written while it is taken away. Boxes are pixels of the upright original, whatever a person turned since; one without
// a box is the whole photo. Not thread-safe; may move between threads from call to call.
class Export {
 public:
  virtual ~Export() = default;
  // Blocks on the database, and on the disk for pictures. Replaces `piece` with what comes next, some hundred KiB;
  // nothing: that was all. After an error what was written is not whole.
  virtual core::Result<void> next(std::string& piece) = 0;
};

// Blocks. `database` outlives the export. invalid_input naming "format" when more photos match than a document may name
// (all but CSV), or, of Camtrap DP, when none of them has a place; naming "kind" or "state" for findings that Camtrap
// DP has no words for.
core::Result<std::unique_ptr<Export>> make_export(database::Database& database, Options options);

// "text/csv; charset=utf-8" and "csv", "application/json" and "json", or "application/zip" and "zip".
std::string_view media_type_of(const Options& options);
std::string_view ending_of(const Options& options);

}  // namespace sightglass::exports
