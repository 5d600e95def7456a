// One picture's way from derived images to a committed row, undone as a whole when a step fails.
#pragma once

#include <functional>
#include <string>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photo_copies.hpp"
#include "filing/sidecar.hpp"
#include "imaging/decoder.hpp"
#include "ingest/accept.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// Where `submission` wants its picture, and whose copies it counts as being there already.
database::photo_copies::Destination destination_of(const Submission& submission);

// The order is what makes kill -9 and power cuts safe (settle.cpp is its other half):
//   1. the sidecar, durable, as a journal in incoming/: it names every key that follows
//   2. its link under the final key: this claims the name among all processes
//   3. the original, durable; then display image and thumbnail, which can be made again (without an original the
//      display image is durable instead)
//   4. row, task and the caller's audit entry in one transaction
//   5. the journal goes; what is left of it is the sidecar in its place
// Used once, by one thread. Blocks.
class FilingRun {
 public:
  FilingRun(storage::BlobStore& blobs, database::Database& database, const Submission& submission, core::Photo photo)
      : blobs_(blobs), database_(database), submission_(submission), photo_(std::move(photo)) {}

  // `images` as derived from `incoming`. On an error nothing is left, or a journal that settle will deal with.
  core::Result<Accepted> run(storage::IncomingBlob& incoming, const imaging::DerivedImages& images,
                             bool keeps_original);

 private:
  core::Result<void> find_first_copy();
  core::Result<void> claim_name(bool keeps_original);
  core::Result<bool> try_name(bool keeps_original, std::uint64_t attempt);
  core::Result<void> store(storage::IncomingBlob& incoming, const imaging::DerivedImages& images);
  core::Result<void> store_original(storage::IncomingBlob& incoming);
  bool link_first_original();
  core::Result<void> store_display(std::string_view bytes, const core::Photo& twin);
  core::Result<void> store_derived(const std::string& key, std::string_view bytes, const std::string& twin,
                                   std::int64_t twin_bytes);
  core::Result<void> commit();
  core::Result<void> record(database::Session& session);
  void finish();
  void undo();
  core::Result<Accepted> settle_failure(core::Error failure);
  std::string sidecar_text() const;

  storage::BlobStore& blobs_;
  database::Database& database_;
  const Submission& submission_;
  core::Photo photo_;
  std::optional<core::Photo> first_copy_{};      // of the same bytes
  std::optional<core::Photo> there_already_{};   // found in the same place by the transaction
  std::optional<core::PhotoId> written_copy_{};  // what the sidecar says of duplicates
  bool has_claimed_ = false;
};

}  // namespace sightglass::ingest
