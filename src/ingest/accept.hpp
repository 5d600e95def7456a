// Takes in one picture, whatever its source: derive, place durably, record with its task, answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/geometry.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/current_run.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// What the sender says of a picture. Ids were checked for existence and visibility by the caller.
struct Submission {
  core::PhotoKind kind = core::PhotoKind::field;
  core::PhotoSource source = core::PhotoSource::upload;
  std::string original_filename{};  // any bytes; stored as text, never a path
  std::string description{};
  std::vector<std::string> tags{};
  std::optional<core::JobId> job_id{};  // required for PhotoKind::job
  std::optional<core::AssetId> asset_id{};
  std::optional<core::LocationId> location_id{};
  std::optional<core::UserId> uploaded_by{};
  std::string uploader_name{};  // for the sidecar
  core::TaskQueue queue = core::TaskQueue::normal;
  std::int32_t priority = 0;
  bool allow_damaged = false;
  bool skip_duplicate = false;  // the same bytes in the same job (or among field photos): return the photo there is
  bool skips_only_own = false;  // skip_duplicate knows only photos of `uploaded_by`, who may not see the others
  bool skips_trash = true;      // skip_duplicate knows also what was thrown away; a person who sends it wants it back
  std::optional<core::GeoPosition> position{};  // where the picture was taken, when it does not say itself
  // Added to the time that the file tells of itself, which stays in its metadata: how much its camera's clock is slow.
  std::chrono::seconds clock_offset{0};
  // When a camera of ours took it: the name it is filed under tells that instead of when it came.
  std::optional<core::Instant> captured_at{};
  // The id the photo shall have, for a sender who may ask again whether it was taken in; made when absent.
  std::optional<core::PhotoId> id{};
  std::string request_id{};
  // Runs in the transaction that inserts the row, after it (the caller's audit entry). May run twice or on another
  // thread; an error undoes the upload and is returned.
  std::function<core::Result<void>(database::Session&, const core::Photo&)> also{};
};

struct Accepted {
  core::Photo photo{};
  bool was_there = false;  // skip_duplicate found it
};

struct Policy {
  bool keeps_originals = true;
  imaging::Limits limits{};
};

class Ingest {
 public:
  // `wake_workers` is called after each commit that enqueued a task; it must not block. `run` is this process's, by
  // which others know whose the journals are; null where nobody else is.
  Ingest(storage::BlobStore& blobs, database::Database& database, imaging::Decoder& decoder, const core::Clock& clock,
         Policy policy, std::function<void()> wake_workers, database::CurrentRun* run = nullptr);
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  // Thread-safe. Blocks: decoding, disk, commit. When it returns a photo, original and sidecar are durable and
  // the row and its task are committed; when it returns an error, nothing is left behind. With an id given, unavailable
  // while what an earlier attempt left under that id waits to be settled.
  core::Result<Accepted> accept(storage::IncomingBlob& incoming, const Submission& submission);

  // Makes the display image and the thumbnail of a photo again whose files were lost. Returns it with their sizes.
  // Thread-safe. Blocks: decoding, disk, commit. not_found when the original is gone as well, or the photo deleted.
  core::Result<core::Photo> remake_images(core::Photo photo);

  // Makes the derived images of a photo again, turned by `rotation` degrees clockwise. `record` runs in the transaction
  // that is to write what `turned` tells to the row; null when the photo stands like that already, and the sidecar is
  // then the caller's work. It may run twice or on another thread; its error undoes all. Returns what it returned, when
  // images, row and sidecar agree. Turns of one photo go one after the other.
  // Thread-safe. Blocks: decoding, disk, commit. Errors: not_found when the photo is gone, core::lost_file() when its
  // original is; conflict when no original was kept; the decoder's.
  using RecordTurn = std::function<core::Result<core::Photo>(database::Session&, const core::Photo* turned)>;
  core::Result<core::Photo> turn_images(const core::Photo& photo, std::int32_t rotation, const RecordTurn& record);

  const Policy& policy() const { return policy_; }
  // For others who begin something in the store; may be null.
  database::CurrentRun* run() const { return run_; }

 private:
  core::Result<database::NodeLocks::Held> turn_of(const core::Sha256& content);
  core::Result<void> settle_turn(core::PhotoId id, std::int32_t rotation, const std::optional<database::RunId>& run);

  storage::BlobStore& blobs_;
  database::Database& database_;
  imaging::Decoder& decoder_;
  const core::Clock& clock_;
  Policy policy_;
  std::function<void()> wake_workers_;
  database::CurrentRun* run_;
};

}  // namespace sightglass::ingest
