// Where the files of inspections lie in a data directory, and how they get there: built aside and moved whole
// (docs/stations.md, "Places").
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::stations {

// What an inspection is called before it has an id: "triggered_capture_20261121_101112_123", of UTC.
std::string temporary_name(core::Instant triggered_at);

// Thread-safe as long as no two threads work on one inspection or on one image id. Blocks on the disk. Errors: that of
// core/no_room.hpp when the disk is full; unavailable when it may not be written; internal.
class InspectionFolders {
 public:
  // Makes what is missing of it. `min_free_bytes` is a reserve that no inspection may touch.
  static core::Result<InspectionFolders> open(const std::filesystem::path& data, std::int64_t min_free_bytes);

  // The original, durable, before anything else is. May come again for one name.
  core::Result<void> put_original(std::string_view name, std::string_view jpeg) const;
  // Of an inspection that is not whole yet. Empty when it was not put.
  std::optional<std::filesystem::path> unfinished_original(std::string_view name) const;
  // Adds what is missing to the original, and moves the whole to inspections/<name>; the path below the data directory.
  struct Files {
    std::string_view verdict{};  // "OK" or "NG"
    std::string_view annotated_jpeg{};
    std::string_view results_json{};
  };
  core::Result<std::string> finish(std::string_view name, const Files& files) const;

  // Its results anew, of an inspection that is whole.
  core::Result<void> put_results(std::string_view folder, std::string_view results_json) const;

  // Moves the whole from `folder` to the place of `image_id`; what stands there gives way to
  // triggered_inspections/.superseded/<image id>/<its name>. not_found, and nothing gives way, when nothing is at
  // `folder`.
  struct Moved {
    std::string folder{};      // where it is now
    std::string superseded{};  // the name of the inspection that gave way; empty: none did
    std::string superseded_folder{};
  };
  core::Result<Moved> file_under(std::string_view folder, std::string_view image_id) const;
  // Moves the whole from `folder` straight to the superseded ones of `image_id`: a newer one stands in its place.
  core::Result<std::string> file_behind(std::string_view folder, std::string_view image_id,
                                        std::string_view name) const;

  // The name of the inspection that stands at this folder, as its results say; empty when none does.
  std::string name_at(std::string_view folder) const;
  static std::string folder_of_name(std::string_view name);    // "inspections/<name>"
  static std::string folder_of_id(std::string_view image_id);  // "triggered_inspections/<image id>"
  static std::string folder_behind(std::string_view image_id, std::string_view name);
  std::filesystem::path path_of(std::string_view folder) const { return data_ / folder; }
  // Removes what was being built of inspections whose names `is_wanted` does not want.
  template <typename IsWanted>
  void remove_unfinished(const IsWanted& is_wanted) const {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(building(), ignored)) {
      if (!is_wanted(entry.path().filename().string())) std::filesystem::remove_all(entry.path(), ignored);
    }
  }

 private:
  InspectionFolders(std::filesystem::path data, std::int64_t min_free_bytes)
      : data_(std::move(data)), min_free_bytes_(min_free_bytes) {}
  std::filesystem::path building() const { return data_ / "inspections" / ".building"; }
  core::Result<void> check_room(std::size_t bytes) const;
  core::Result<void> move(std::string_view from, std::string_view to) const;

  std::filesystem::path data_;
  std::int64_t min_free_bytes_;
};

}  // namespace sightglass::stations
