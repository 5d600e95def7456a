// Where everything lies in the data directory. The names are read by people: they are part of the product.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/photo.hpp"
#include "core/records.hpp"
#include "database/runs.hpp"

namespace sightglass::filing {

// Top folders of photos; nothing else is kept in them.
inline constexpr std::string_view job_photos_prefix = "images/";
inline constexpr std::string_view field_photos_prefix = "photos/";
inline constexpr std::string_view incoming_prefix = "incoming/";
inline constexpr std::string_view catalogue_prefix = "catalogue/";
inline constexpr std::string_view quarantine_prefix = "quarantine/";
// What can be made again from the originals and may be removed at any time.
inline constexpr std::string_view tiles_prefix = "cache/tiles/";

// "images/job_17" for job photos, "photos/2026/11/21" (UTC day of upload) for field photos.
std::string folder_for(const core::Photo& photo);
// Keys of a photo in its folder: <stem>.jpg, thumbnails/<stem>.jpg, originals/<stem>.<ext of media_type>.
core::PhotoFiles files_for(const core::Photo& photo, std::string_view stem, bool keeps_original);
// Beside the original, or beside the display image when no original is kept. Made from photo.files: the place of a
// photo does not change when a person moves it to another job.
std::string sidecar_key(const core::PhotoFiles& files);
// True when the keys lie under one photo folder and fit `filename`, as files_for() makes them: what a sidecar from
// outside must show before its keys are used.
bool is_proper(const core::PhotoFiles& files, std::string_view filename);

// What was begun: an upload's sidecar before it is in place, and a deletion before its files are gone. The name tells
// whose it is to bring it to its end: "incoming/<photo>.<run>.json".
using Run = std::optional<database::RunId>;
std::string upload_journal_key(core::PhotoId id, const Run& run = {});
std::string deletion_journal_key(core::PhotoId id, const Run& run = {});
bool is_upload_journal(std::string_view key);
bool is_deletion_journal(std::string_view key);
// All of one photo begin with this, whatever they are and whosever.
std::string journals_prefix(core::PhotoId id);

// Images of a photo that is being turned, until the row tells of them.
struct TurnedKeys {
  std::string display{};
  std::string thumbnail{};
};
TurnedKeys turned_keys(core::PhotoId id, const Run& run = {});
// The photo whose turned display image or thumbnail this is; nullopt for any other key.
std::optional<core::PhotoId> photo_of_turned(std::string_view key);
// The run that a journal or a turned image names; nullopt for one of an earlier version and any other key.
Run run_of_journal(std::string_view key);

// Uploads that may be resumed: what is known of each, and its bytes so far. Both may lie there for days.
inline constexpr std::string_view resumable_prefix = "incoming/uploads/";
std::string resumable_record_key(core::PhotoId id);
std::string resumable_bytes_key(core::PhotoId id);
// The upload that a record's key names; nullopt for any other key.
std::optional<core::PhotoId> resumable_of_record(std::string_view key);
// Likewise of its bytes.
std::optional<core::PhotoId> resumable_of_bytes(std::string_view key);

std::string job_key(core::JobId id);
std::string asset_key(core::AssetId id);
std::string location_key(core::LocationId id);

}  // namespace sightglass::filing
