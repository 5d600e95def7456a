// The uploads that may be resumed: who may write to which, how far each came, and when it is forgotten.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/uploads.hpp"
#include "ingest/resumable_upload.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

struct ResumableRules {
  std::int32_t most_open = 200;                          // of one user at once
  std::chrono::seconds lifetime{std::chrono::days(3)};   // of an unfinished one, after its last byte
  std::chrono::seconds remembers{std::chrono::days(1)};  // a finished one, so that who missed the answer still gets it
};

// Thread-safe, over all nodes of a database and a bucket: what an upload is says its row, how far it came its bytes,
// and whose turn it is a lock over nodes. What an offset promises: that many bytes are durable before anybody is told,
// and after kill -9 or a power cut they are there. Bytes that came without being acknowledged are kept as well where
// the file has them: a file's length never says more than was written on filesystems that order data before length
// (ext4 by default, XFS, Btrfs), and the sender's SHA-256 of the whole file guards the others.
class ResumableUploads {
 public:
  struct View {
    ResumableUpload upload{};
    std::int64_t offset = 0;
    core::Instant expires_at{};
    bool is_whole() const { return offset == upload.length; }
  };
  class Turn;

  // Of the lock that whoever works on the upload holds over all nodes, or on the photo that it becomes.
  static std::string lock_name(core::PhotoId id) { return "upload/" + id.to_string(); }

  // All references outlive it.
  ResumableUploads(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                   ResumableRules rules = {});
  ~ResumableUploads();
  ResumableUploads(const ResumableUploads&) = delete;
  ResumableUploads& operator=(const ResumableUploads&) = delete;

  // At the start of a process, after settle() has settled the journals: uploads whose photo was recorded are finished,
  // what a crash left unsynced becomes durable, and those past their time are removed. An upload that resists is logged
  // and left, one that another node writes to is left to it. Blocks.
  core::Result<void> settle();

  // Takes a new upload down, durable on return, and gives the turn to write to it. quota_exceeded when the owner has
  // too many open ones. Blocks.
  core::Result<Turn> create(ResumableUpload upload);
  // not_found also when it is another's. Blocks.
  core::Result<View> look(core::PhotoId id, core::UserId owner) const;
  // The only turn on an upload, over all nodes, until it ends. Errors: as of look(), and upload_is_locked(). Blocks.
  core::Result<Turn> take(core::PhotoId id, core::UserId owner);

  // Those that have all their bytes, were not filed and are nobody's turn here: their last sender never came back.
  // Blocks.
  std::vector<View> unfiled();
  // Removes what is past its time. Blocks.
  void remove_expired();

 private:
  // The blobs of uploads that this process had a turn on, at rest: they remember the hash of what came so far.
  using Blobs = std::unordered_map<core::PhotoId, std::unique_ptr<storage::ResumableBlob>>;

  core::Instant expiry_of(const database::uploads::Row& row) const;
  core::Result<database::uploads::Row> find(core::PhotoId id, core::UserId owner) const;
  core::Result<std::int64_t> offset_of(const ResumableUpload& upload) const;
  core::Result<Turn> take_locked(core::PhotoId id, database::NodeLocks::Held held);
  core::Result<std::optional<Turn>> take_any(core::PhotoId id);
  core::Result<void> insert(const ResumableUpload& upload);
  core::Result<bool> make_room(core::UserId owner);

  core::Result<void> take_down_old_record(const std::string& record);
  core::Result<void> settle_open(const ResumableUpload& upload);
  core::Result<void> remove_stray(core::PhotoId id);
  core::Result<void> remove_if_expired(core::PhotoId id);

  storage::BlobStore& blobs_;
  database::Database& database_;
  const core::Clock& clock_;
  const ResumableRules rules_;
  mutable std::mutex mutex_;
  Blobs resting_;
  std::unordered_map<core::PhotoId, std::int64_t> acknowledged_;  // of uploads that have their turn here
};

// One writer's time with one upload. What was appended and not taken back is acknowledged when the turn ends. Not
// thread-safe; may move between threads from call to call. All calls block.
class ResumableUploads::Turn {
 public:
  Turn(Turn&& other) noexcept;
  Turn& operator=(Turn&&) = delete;
  ~Turn();

  const ResumableUpload& upload() const { return row_.upload; }
  std::int64_t offset() const { return offset_; }  // acknowledged
  bool is_whole() const { return offset() == upload().length; }
  core::Instant expires_at() const { return owner_->expiry_of(row_); }

  // Writes behind what is there. too_large past the upload's length, or when it is finished: then all that was appended
  // since the last acknowledgement is taken back.
  core::Result<void> append(std::string_view bytes);
  // Makes what was appended durable, and only then moves the offset. unavailable when the turn may be another node's
  // by now.
  core::Result<void> acknowledge();
  // Back to the offset.
  core::Result<void> take_back();
  // To read what came; valid while the upload is receiving.
  storage::ResumableBlob& blob() { return *blob_; }

  // The number of a new attempt to make a photo of it: to be handed to record_stored() in the photo's transaction,
  // which fails when another node has begun one since, because this one's lock was lost. Blocks.
  core::Result<std::int64_t> begin_filing();
  core::Result<void> record_stored(database::Session& session, std::int64_t attempt) const;
  // Writes down what became of it and lets its bytes go. `photo` may be another's than the upload's own.
  void finish_stored(core::PhotoId photo);
  void finish_refused(core::Error problem);
  // Removes it with its bytes, whatever its state.
  core::Result<void> remove();

 private:
  friend class ResumableUploads;
  Turn(ResumableUploads& owner, database::uploads::Row row, database::NodeLocks::Held lock);
  core::Result<void> begin();
  void set_offset(std::int64_t offset);
  void note_activity();
  ResumableUpload stored_as(core::PhotoId photo) const;
  void finish(ResumableUpload upload);

  database::NodeLocks::Held lock_;  // first, so that it is the last to go
  ResumableUploads* owner_;         // null once moved from or removed
  database::uploads::Row row_;
  std::int64_t offset_ = 0;
  std::unique_ptr<storage::ResumableBlob> blob_{};  // while receiving
};

}  // namespace sightglass::ingest
