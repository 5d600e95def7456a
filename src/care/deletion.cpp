#include "care/deletion.hpp"

#include <vector>

#include "care/catalogue_sidecars.hpp"
#include "database/photo_pairs.hpp"
#include "database/photos.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar_turn.hpp"
#include "telemetry/log.hpp"

namespace sightglass::care {
namespace {

core::Result<void> remove_row(database::Session& session, core::PhotoId id,
                              const std::function<core::Result<void>(database::Session&)>& also,
                              const std::function<core::Result<void>(database::Session&)>& first) {
  if (first) SG_TRY(first(session));
  SG_ASSIGN(const bool was_there, database::photos::remove(session, id));
  if (!was_there) return core::fail(core::not_found("There is no such photo."));
  if (also) return also(session);
  return {};
}

// The pairs went with the photo's row; the files of their jobs still tell of them. What fails here, `check` finds.
void forget_pairs(storage::BlobStore& blobs, database::Database& database, const std::vector<core::JobId>& jobs) {
  for (const auto job : jobs) {
    if (refresh_job_sidecar(blobs, database, job)) continue;
    telemetry::log_warning("a job's file still tells of pairs of a deleted photo", {{"job", job.to_string()}});
  }
}

}  // namespace

core::Result<void> delete_photo(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo,
                                const std::function<core::Result<void>(database::Session&)>& also,
                                const std::function<core::Result<void>(database::Session&)>& first) {
  const std::string journal = filing::deletion_journal_key(photo.id);
  SG_TRY(blobs.put(journal, filing::to_json(filing::DeletionJournal{.photo = photo.id, .files = photo.files}),
                   storage::BlobStore::Durability::durable));
  std::vector<core::JobId> jobs_with_pairs;
  const auto removed = database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(jobs_with_pairs, database::photo_pairs::jobs_showing(session, photo.id));
    return remove_row(session, photo.id, also, first);
  });
  if (!removed) {
    // Should the row be gone all the same, the journal's loss only leaves files that `check` finds; so it stays
    // unless the database says that the row stands, or that somebody else removed it.
    const auto row =
        database.read([&](database::Session& session) { return database::photos::find(session, photo.id); });
    if (row && *row) SG_TRY(blobs.remove(journal));
    return removed;
  }
  forget_pairs(blobs, database, jobs_with_pairs);
  // The photo is gone for everybody; files that resist are left to the journal.
  // In turn with edits of the same moment, of which one may be about to write the sidecar of a row it had just read.
  const filing::SidecarTurn turn(filing::sidecar_key(photo.files));
  if (filing::remove_files(blobs, photo.id, photo.files) && blobs.remove(journal)) return {};
  telemetry::log_warning("files of a deleted photo remain", {{"photo", photo.id.to_string()}});
  return {};
}

}  // namespace sightglass::care
