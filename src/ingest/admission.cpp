#include "ingest/admission.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/no_room.hpp"

namespace sightglass::ingest {

void Admission::Reservation::note_written(std::int64_t bytes) {
  // What is made of the picture is still to come, however many bytes of it arrived.
  const std::int64_t arrived = std::clamp<std::int64_t>(bytes, 0, std::max<std::int64_t>(0, bytes_ - derived_bytes));
  bytes_ -= arrived;
  if (owner_ != nullptr) owner_->give_back(arrived);
}

core::Result<Admission::Reservation> Admission::admit(std::int64_t expected_bytes) {
  const std::int64_t needed = expected_bytes + derived_bytes;
  // Held over the look at the disk: two that see the same room must not both be given it.
  const std::lock_guard lock(mutex_);
  SG_ASSIGN(const std::int64_t free, blobs_.free_bytes());
  const bool is_unlimited = free < 0;
  if (!is_unlimited && free - kept_ - needed < min_free_bytes_) return core::fail(refusal(free, needed));
  kept_ += needed;
  return Reservation(*this, needed);
}

core::Error Admission::refusal(std::int64_t free, std::int64_t needed) const {
  constexpr std::int64_t mebibyte = 1 << 20;
  if (free - needed >= min_free_bytes_) {
    return {.code = core::ErrorCode::quota_exceeded,
            .message = fmt::format("The pictures on their way need the room that is left: {} MiB are free, {} MiB are "
                                   "theirs and {} MiB are kept in reserve. Nothing of this upload was kept; try again "
                                   "in a moment.",
                                   free / mebibyte, kept_ / mebibyte, min_free_bytes_ / mebibyte)};
  }
  return core::no_room(
      fmt::format("There is too little room left where pictures are stored: {} MiB are free, this picture may need {} "
                  "MiB and {} MiB are kept in reserve. Nothing of this upload was kept; make room on that disk, then "
                  "send it again.",
                  free / mebibyte, (needed + mebibyte - 1) / mebibyte, min_free_bytes_ / mebibyte));
}

std::int64_t Admission::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

void Admission::give_back(std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  kept_ -= bytes;
}

}  // namespace sightglass::ingest
