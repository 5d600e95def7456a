// What ResumableUploads holds of one upload; for its own files only.
#pragma once

#include <memory>

#include "ingest/resumable_uploads.hpp"

namespace sightglass::ingest {

struct ResumableUploads::Entry {
  ResumableUpload upload{};
  std::int64_t offset = 0;                         // acknowledged: durable
  core::Instant active_at{};                       // when the last byte came
  bool is_taken = false;                           // somebody has the turn
  std::unique_ptr<storage::ResumableBlob> blob{};  // while receiving, from the first turn on
};

}  // namespace sightglass::ingest
