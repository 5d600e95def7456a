// Receives one piece of a resumable upload: straight to the disk, or aside until its checksum is known to be right.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "http/endpoint.hpp"
#include "http/upload_headers.hpp"
#include "ingest/admission.hpp"
#include "ingest/resumable_uploads.hpp"
#include "storage/blob_store.hpp"
#include "storage/hashing.hpp"

namespace sightglass::http {

// Destroyed before the end of the body, because the line was cut, it keeps what came, durably: that is what resuming
// is for. A piece with a checksum is kept whole or not at all, since nobody could vouch for a part of it.
class ChunkSink final : public ByteSink {
 public:
  // Runs once, when the piece is in and acknowledged.
  using Complete = std::function<core::Result<Response>(ingest::ResumableUploads::Turn& turn)>;

  // `room` is kept for the piece until it ends.
  ChunkSink(storage::BlobStore& blobs, ingest::ResumableUploads::Turn turn, ingest::Admission::Reservation room,
            std::optional<ChunkChecksum> checksum, Complete complete);

  // too_large past the upload's length; the error of core/no_room.hpp when the disk is full.
  core::Result<void> write(std::string_view bytes) override;
  // ingest::checksum_differs() when the piece is not what its checksum was computed over; nothing of it is kept then.
  core::Result<Response> finish() override;

 private:
  struct Staged {
    ChunkChecksum checksum;
    storage::Digest digest;
    std::unique_ptr<storage::IncomingBlob> blob{};  // from the first byte on
  };
  core::Result<void> stage(std::string_view bytes);
  core::Result<void> take_staged();

  storage::BlobStore& blobs_;
  // Before the turn, which ends first: until its bytes are synced, their room is kept.
  ingest::Admission::Reservation room_;
  ingest::ResumableUploads::Turn turn_;
  std::optional<Staged> staged_{};
  Complete complete_;
};

}  // namespace sightglass::http
