// The uploads that may be resumed: who may write to which, how far each came, and when it is forgotten.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "ingest/resumable_upload.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

struct ResumableRules {
  std::int32_t most_open = 200;                          // of one user at once
  std::chrono::seconds lifetime{std::chrono::days(3)};   // of an unfinished one, after its last byte
  std::chrono::seconds remembers{std::chrono::days(1)};  // a finished one, so that who missed the answer still gets it
};

// Thread-safe. One process at a time: the lock of the serving server. What an offset promises: that many bytes are on
// the disk (fdatasync) before anybody is told, and after kill -9 or a power cut they are there. Bytes that came without
// being acknowledged are kept as well where the file has them: a file's length never says more than was written on
// filesystems that order data before length (ext4 by default, XFS, Btrfs), and the sender's SHA-256 of the whole file
// guards the others.
class ResumableUploads {
 public:
  struct View {
    ResumableUpload upload{};
    std::int64_t offset = 0;
    core::Instant expires_at{};
    bool is_whole() const { return offset == upload.length; }
  };
  class Turn;

  // All references outlive it.
  ResumableUploads(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                   ResumableRules rules = {});
  ~ResumableUploads();
  ResumableUploads(const ResumableUploads&) = delete;
  ResumableUploads& operator=(const ResumableUploads&) = delete;

  // Reads what an earlier process left, once, after settle() has settled the journals: uploads whose photo was
  // recorded are finished, others go on where their bytes end, and those past their time are removed. An upload that
  // resists is logged and left. Blocks.
  core::Result<void> settle();

  // Takes a new upload down, durable on return, and gives the turn to write to it. quota_exceeded when the owner has
  // too many open ones. Blocks.
  core::Result<Turn> create(ResumableUpload upload);
  // not_found also when it is another's. Never blocks for long.
  core::Result<View> look(core::PhotoId id, core::UserId owner) const;
  // The only turn on an upload until it ends. Errors: as of look(), and upload_is_locked(). Blocks.
  core::Result<Turn> take(core::PhotoId id, core::UserId owner);

  // Those that have all their bytes, were not filed and are nobody's turn: their last sender never came back.
  std::vector<View> unfiled() const;
  // Removes what is past its time. Blocks.
  void remove_expired();

 private:
  struct Entry;
  core::Instant expiry_of(const Entry& entry) const;
  core::Result<void> insert(std::unique_ptr<Entry> entry);
  core::Result<void> write_down(Entry& entry);
  std::int32_t count_open(core::UserId owner) const;  // under the mutex
  Entry* oldest_unbegun(core::UserId owner) const;    // likewise; null when there is none
  core::Result<void> settle_one(const std::string& record);
  core::Result<void> settle_open(std::unique_ptr<Entry> entry);

  storage::BlobStore& blobs_;
  database::Database& database_;
  const core::Clock& clock_;
  const ResumableRules rules_;
  mutable std::mutex mutex_;
  // Only who has the turn on an entry touches its blob, or removes it; the rest is under the mutex.
  std::unordered_map<core::PhotoId, std::unique_ptr<Entry>> entries_;
};

// One writer's time with one upload. What was appended and not taken back is acknowledged when the turn ends. Not
// thread-safe; may move between threads from call to call. All calls block.
class ResumableUploads::Turn {
 public:
  Turn(Turn&& other) noexcept;
  Turn& operator=(Turn&&) = delete;
  ~Turn();

  const ResumableUpload& upload() const;
  std::int64_t offset() const;  // acknowledged
  bool is_whole() const { return offset() == upload().length; }
  core::Instant expires_at() const;

  // Writes behind what is there. too_large past the upload's length, or when it is finished: then all that was appended
  // since the last acknowledgement is taken back.
  core::Result<void> append(std::string_view bytes);
  // Makes what was appended durable, and only then moves the offset.
  core::Result<void> acknowledge();
  // Back to the offset.
  core::Result<void> take_back();
  // To read what came; valid while the upload is receiving.
  storage::ResumableBlob& blob();

  // Writes down what became of it and lets its bytes go. `photo` may be another's than the upload's own.
  void finish_stored(core::PhotoId photo);
  void finish_refused(core::Error problem);
  // Removes it with its bytes, whatever its state.
  core::Result<void> remove();

 private:
  friend class ResumableUploads;
  Turn(ResumableUploads& owner, Entry& entry) : owner_(&owner), entry_(&entry) {}
  core::Result<void> begin();
  void finish(ResumableUpload upload, storage::BlobStore::Durability durability);

  ResumableUploads* owner_;  // null once ended
  Entry* entry_;
};

}  // namespace sightglass::ingest
