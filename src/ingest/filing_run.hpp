// One picture's way from derived images to a committed row, undone as a whole when a step fails.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photo_copies.hpp"
#include "database/runs.hpp"
#include "filing/sidecar.hpp"
#include "imaging/decoder.hpp"
#include "ingest/accept.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// Where `submission` wants its picture, and whose copies it counts as being there already.
database::photo_copies::Destination destination_of(const Submission& submission);

// Where a picture is filed, and under whose name it is begun; borrowed.
struct FilingPlace {
  storage::BlobStore& blobs;
  database::Database& database;
  std::optional<database::RunId> run{};
};

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
  FilingRun(const FilingPlace& place, const Submission& submission, core::Photo photo)
      : blobs_(place.blobs),
        database_(place.database),
        run_(place.run),
        submission_(submission),
        photo_(std::move(photo)) {}

  // `images` as derived from `incoming`. On an error nothing is left, or a journal that settle will deal with.
  core::Result<Accepted> run(storage::IncomingBlob& incoming, const imaging::DerivedImages& images,
                             bool keeps_original);
  // Whether the journal is still there, or may be.
  bool has_left_journal() const { return has_left_journal_; }

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
  bool is_of_row(const core::Photo& row) const;
  void finish();
  void undo();
  void leave(std::string_view why);
  core::Result<Accepted> settle_failure(core::Error failure);
  std::string sidecar_text() const;

  storage::BlobStore& blobs_;
  database::Database& database_;
  std::optional<database::RunId> run_;
  const Submission& submission_;
  core::Photo photo_;
  std::optional<core::Photo> first_copy_{};      // of the same bytes
  std::optional<core::Photo> there_already_{};   // found in the same place by the transaction
  std::optional<core::PhotoId> written_copy_{};  // what the sidecar says of duplicates
  bool has_claimed_ = false;
  bool has_left_journal_ = false;
};

}  // namespace sightglass::ingest
