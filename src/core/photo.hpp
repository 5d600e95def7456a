// A photo as the store keeps it: one row per upload, whatever its source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/ids.hpp"
#include "core/media_type.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"
#include "core/trap_facts.hpp"

namespace sightglass::core {

// Which layout a photo is filed under and how its display image is made.
enum class PhotoKind : std::uint8_t { job, field };

// Where a photo came from.
enum class PhotoSource : std::uint8_t { upload, job_upload, import, camera, trigger, pull };
std::string_view name_of(PhotoSource source);
std::optional<PhotoSource> photo_source_from_name(std::string_view name);

// Of the analysis, as clients see it in `processing_status`.
enum class ProcessingStatus : std::uint8_t { pending, processing, completed, failed };
std::string_view name_of(ProcessingStatus status);  // "PENDING" …
std::optional<ProcessingStatus> processing_status_from_name(std::string_view name);

// Where `taken_at` was read from; `upload` means the picture did not say and the upload time stands in.
enum class TakenSource : std::uint8_t { exif, gps, xmp, upload, person };
std::string_view name_of(TakenSource source);
std::optional<TakenSource> taken_source_from_name(std::string_view name);

// What the file says of itself, read from EXIF, XMP and GPS. Absent values are absent, never guessed.
struct CaptureMetadata {
  std::optional<Instant> taken_at{};  // UTC; a time without an offset is read as UTC
  std::string taken_local{};          // "2017-10-03T10:58:29" as the camera's clock showed it, or empty
  std::optional<std::int32_t> taken_offset_minutes{};  // of the camera's clock east of UTC, when it says
  TakenSource taken_source = TakenSource::upload;
  std::string camera_make{};
  std::string camera_model{};
  std::string lens{};
  std::optional<double> exposure_seconds{};
  std::optional<double> f_number{};
  std::optional<std::int32_t> iso{};
  std::optional<double> focal_length_mm{};
  Orientation orientation = Orientation::upright;
  std::optional<GeoPosition> position{};
  TrapFacts trap{};         // empty for pictures of other cameras
  std::string json = "{}";  // every EXIF and XMP key the file holds, as one JSON object
};

// Paths are relative to the data directory, with '/' between segments; only ingest makes them.
struct PhotoFiles {
  std::string original{};  // empty when keeping originals is switched off
  std::string display{};
  std::string thumbnail{};
};

struct Photo {
  PhotoId id{};
  PhotoKind kind = PhotoKind::field;
  PhotoSource source = PhotoSource::upload;
  std::string filename{};           // "img_20261121_041233_a1b2c3.jpg", unique within its folder
  std::string original_filename{};  // as the sender named it: shown, never used as a path
  std::string description{};
  std::vector<std::string> tags{};
  std::optional<JobId> job_id{};
  std::optional<AssetId> asset_id{};
  std::optional<LocationId> location_id{};
  std::optional<UserId> uploaded_by{};
  Instant uploaded_at{};
  Instant taken_at{};  // metadata.taken_at, or uploaded_at when the file does not say
  CaptureMetadata metadata{};
  MediaType media_type = MediaType::jpeg;  // of the original
  Size size{};                             // of the original after its orientation and `rotation` were applied
  Size display_size{};
  std::int64_t file_bytes = 0;  // of the original
  std::int64_t display_bytes = 0;
  std::int64_t thumbnail_bytes = 0;
  Sha256 sha256{};  // of the original's bytes
  PhotoFiles files{};
  std::string thumbhash{};                // base64 of the ThumbHash bytes
  std::optional<PhotoId> duplicate_of{};  // the first photo with the same bytes
  bool is_damaged = false;
  std::string damage{};  // what could not be read, when damaged
  ProcessingStatus status = ProcessingStatus::pending;
  std::optional<TaskId> task_id{};      // of the latest analysis
  std::string verdict{};                // "", "OK", "NG", …; set by inspection and review
  std::string error{};                  // why the analysis failed, when it did
  std::int32_t rotation = 0;            // 0, 90, 180 or 270 degrees clockwise that a person turned the derived images
  std::optional<Instant> trashed_at{};  // when it was thrown away; deleted for good some time later
};

}  // namespace sightglass::core
