#include "care/deletion.hpp"

#include <string>
#include <vector>

#include "care/catalogue_sidecars.hpp"
#include "database/findings.hpp"
#include "database/photo_pairs.hpp"
#include "database/photos.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar_turn.hpp"
#include "telemetry/log.hpp"

namespace sightglass::care {
namespace {

core::Result<void> remove_row(database::Session& session, core::PhotoId id, const DeletionSteps& steps) {
  if (steps.first) SG_TRY(steps.first(session));
  SG_ASSIGN(const bool was_there, database::photos::remove(session, id));
  if (!was_there) return core::fail(core::not_found("There is no such photo."));
  if (steps.also) return steps.also(session);
  return {};
}

// The pairs went with the photo's row; the files of their jobs still tell of them. What fails here, `check` finds.
void forget_pairs(storage::BlobStore& blobs, database::Database& database, const std::vector<core::JobId>& jobs) {
  for (const auto job : jobs) {
    if (refresh_job_sidecar(blobs, database, job)) continue;
    telemetry::log_warning("a job's file still tells of pairs of a deleted photo", {{"job", job.to_string()}});
  }
}

core::Result<std::vector<std::string>> heat_maps_of(database::Session& session, core::PhotoId photo) {
  std::vector<std::string> keys;
  SG_ASSIGN(const auto findings, database::findings::of_photo(session, photo));
  for (const auto& finding : findings)
    if (!finding.heat_map.empty()) keys.push_back(finding.heat_map);
  return keys;
}

// Whether the journal is gone. Should the row be gone all the same, the journal's loss only leaves files that `check`
// finds; so it stays unless the database says that the row stands.
bool take_back(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo,
               const filing::Run& run) {
  if (!database::runs::wait_for_commits(database, run)) return false;
  const auto row = database.read([&](database::Session& session) { return database::photos::find(session, photo.id); });
  return row && *row && blobs.remove(filing::deletion_journal_key(photo.id, run));
}

}  // namespace

core::Result<void> delete_photo(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo,
                                const DeletionSteps& steps) {
  SG_ASSIGN(const auto run, database::run_of(steps.run));
  const std::string journal = filing::deletion_journal_key(photo.id, run);
  SG_TRY(blobs.put(journal, filing::to_json(filing::DeletionJournal{.photo = photo.id, .files = photo.files}),
                   storage::BlobStore::Durability::durable));
  std::vector<core::JobId> jobs_with_pairs;
  std::vector<std::string> heat_maps;
  const auto removed = database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::runs::hold(session, run));
    SG_ASSIGN(jobs_with_pairs, database::photo_pairs::jobs_showing(session, photo.id));
    SG_ASSIGN(heat_maps, heat_maps_of(session, photo.id));
    return remove_row(session, photo.id, steps);
  });
  if (!removed) {
    const bool is_taken_back = take_back(blobs, database, photo, run);
    if (run && !is_taken_back) steps.run->note_left();
    if (run && database::runs::is_fenced(removed.error())) steps.run->note_over(*run);
    return removed;
  }
  forget_pairs(blobs, database, jobs_with_pairs);
  // What stays of these is a file of a cache.
  for (const auto& key : heat_maps) (void)blobs.remove(key);
  // The photo is gone for everybody; files that resist are left to the journal.
  // In turn with edits of the same moment, of which one may be about to write the sidecar of a row it had just read.
  const filing::SidecarTurn turn(filing::sidecar_key(photo.files));
  if (filing::remove_files(blobs, photo.id, photo.files) && blobs.remove(journal)) return {};
  telemetry::log_warning("files of a deleted photo remain", {{"photo", photo.id.to_string()}});
  if (run) steps.run->note_left();
  return {};
}

}  // namespace sightglass::care
