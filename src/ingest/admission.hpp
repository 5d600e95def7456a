// Keeps room in the store for pictures on their way there, so that many at once cannot use up the reserve.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>

#include "core/result.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// Thread-safe. Knows only of pictures admitted through itself; of what others write it learns from the disk.
class Admission {
 public:
  // Kept beside the bytes of each picture for what is made of it: display image, thumbnail, sidecar and rows.
  static constexpr std::int64_t derived_bytes = 1 << 20;

  // The room kept for one picture, given back when it ends. The admission outlives it.
  class Reservation {
   public:
    Reservation(Reservation&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Reservation& operator=(Reservation&&) = delete;
    ~Reservation() {
      if (owner_ != nullptr) owner_->give_back(bytes_);
    }
    // `bytes` of the picture are on the disk, where the next look finds them: they need no room beside it any more.
    void note_written(std::int64_t bytes);

   private:
    friend class Admission;
    Reservation(Admission& owner, std::int64_t bytes) : owner_(&owner), bytes_(bytes) {}
    Admission* owner_;
    std::int64_t bytes_;
  };

  // `blobs` outlives it; `min_free_bytes`, 0 and up, is the reserve that no picture may touch.
  Admission(const storage::BlobStore& blobs, std::int64_t min_free_bytes)
      : blobs_(blobs), min_free_bytes_(min_free_bytes) {}

  // Keeps room for a picture of at most `expected_bytes`. Blocks for one statvfs. The error of core/no_room.hpp when
  // there is too little room even for this one alone, and a plain quota_exceeded when what is on its way needs it.
  core::Result<Reservation> admit(std::int64_t expected_bytes);

  std::int64_t min_free_bytes() const { return min_free_bytes_; }
  // Of all reservations together.
  std::int64_t kept_bytes() const;

 private:
  void give_back(std::int64_t bytes);
  core::Error refusal(std::int64_t free, std::int64_t needed) const;

  const storage::BlobStore& blobs_;
  const std::int64_t min_free_bytes_;
  mutable std::mutex mutex_;
  std::int64_t kept_ = 0;
};

}  // namespace sightglass::ingest
