#include "ingest/settle.hpp"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "database/people.hpp"
#include "database/photo_copies.hpp"
#include "database/photos.hpp"
#include "database/runs.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/derived_images.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "filing/sidecar_files.hpp"
#include "filing/turned_images.hpp"
#include "queue/task_queue.hpp"
#include "storage/hashing.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {
namespace {

template <typename F>
auto read_as(const storage::BlobStore& blobs, std::string_view key, F&& parse)
    -> std::invoke_result_t<F, std::string_view> {
  SG_ASSIGN(const std::string text, blobs.read(key));
  return parse(text);
}

// Which journals are to be settled, and how boldly.
struct Scope {
  bool is_alone = false;  // all of them
  bool takes_unnamed = false;
};

class Settlement {
 public:
  Settlement(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock, const Scope& scope)
      : blobs_(blobs), database_(database), clock_(clock), scope_(scope) {}

  void derive_with(imaging::Decoder* decoder, const imaging::Limits& limits) {
    decoder_ = decoder;
    limits_ = limits;
  }
  core::Result<SettleReport> run();

 private:
  core::Result<std::vector<std::string>> journals() const;
  core::Result<void> leave_those_of_living_runs(std::vector<std::string>& journals) const;
  core::Result<void> settle(const std::string& journal);
  core::Result<void> settle_turn(core::PhotoId id, const filing::Run& run);
  core::Result<void> settle_upload(const std::string& journal);
  core::Result<void> settle_deletion(const std::string& journal);
  core::Result<void> finish(const std::string& journal, const core::Photo& photo);
  core::Result<void> adopt(const std::string& journal, filing::Sidecar& sidecar);
  core::Result<void> insert(database::Session& session, filing::Sidecar& sidecar);
  core::Result<void> discard(const std::string& journal, const core::Photo& photo);
  core::Result<bool> is_whole(const core::Photo& photo) const;
  void make_derived(core::Photo& photo);
  void keep_unsettled(const std::string& journal, const core::Error& why);
  core::Result<std::optional<core::Photo>> find_row(core::PhotoId id) const;

  storage::BlobStore& blobs_;
  database::Database& database_;
  const core::Clock& clock_;
  Scope scope_;
  imaging::Decoder* decoder_ = nullptr;
  imaging::Limits limits_{};
  SettleReport report_{};
};

core::Result<SettleReport> Settlement::run() {
  if (scope_.is_alone) {
    SG_ASSIGN(report_.temporaries, blobs_.remove_abandoned());
  }
  SG_ASSIGN(auto found, journals());
  if (!scope_.is_alone) SG_TRY(leave_those_of_living_runs(found));
  for (const auto& journal : found) {
    // One that resists (a full disk, a row the database refuses) must not keep the server from starting.
    const auto settled = settle(journal);
    if (!settled) keep_unsettled(journal, settled.error());
  }
  return report_;
}

core::Result<std::vector<std::string>> Settlement::journals() const {
  std::vector<std::string> found;
  SG_TRY(blobs_.list(filing::incoming_prefix, [&](std::string_view key, const storage::BlobInfo&) {
    if (filing::is_upload_journal(key) || filing::is_deletion_journal(key) || filing::photo_of_turned(key))
      found.emplace_back(key);
    return true;
  }));
  return found;
}

// Read behind the journals: a run is known before it writes its first one, so that of those found none is of a run that
// begins only now.
core::Result<void> Settlement::leave_those_of_living_runs(std::vector<std::string>& journals) const {
  if (journals.empty()) return {};
  SG_ASSIGN(const auto living,
            database_.read([](database::Session& session) { return database::runs::living_ids(session); }));
  std::erase_if(journals, [&](const std::string& journal) {
    const auto run = filing::run_of_journal(journal);
    return run ? living.contains(*run) : !scope_.takes_unnamed;
  });
  return {};
}

core::Result<void> Settlement::settle(const std::string& journal) {
  if (const auto photo = filing::photo_of_turned(journal)) return settle_turn(*photo, filing::run_of_journal(journal));
  return filing::is_deletion_journal(journal) ? settle_deletion(journal) : settle_upload(journal);
}

core::Result<void> Settlement::settle_turn(core::PhotoId id, const filing::Run& run) {
  SG_TRY(filing::settle_turned(blobs_, database_, id, run));
  ++report_.turns;
  telemetry::log_info("turning finished or undone after a crash", {{"photo", id.to_string()}});
  SG_ASSIGN(const auto row, find_row(id));
  return row ? filing::refresh_sidecar(blobs_, database_, *row) : core::Result<void>{};
}

core::Result<std::optional<core::Photo>> Settlement::find_row(core::PhotoId id) const {
  return database_.read([&](database::Session& session) { return database::photos::find(session, id); });
}

void Settlement::keep_unsettled(const std::string& journal, const core::Error& why) {
  ++report_.unsettled;
  telemetry::log_error("journal cannot be settled",
                       {{"journal", journal}, {"message", why.message}, {"cause", why.cause}});
}

core::Result<void> Settlement::settle_upload(const std::string& journal) {
  auto sidecar = read_as(blobs_, journal, filing::sidecar_from_json);
  if (!sidecar) {
    if (sidecar.error().code == core::ErrorCode::not_found) return {};  // settled by another process meanwhile
    keep_unsettled(journal, sidecar.error());
    return {};
  }
  const core::Photo& photo = sidecar->photo;
  SG_ASSIGN(const auto row, find_row(photo.id));
  // An upload that was sent again to another process has its row with the files of that one.
  const bool is_of_row = row && row->files.display == photo.files.display;
  if (is_of_row) return finish(journal, photo);
  // Without the claim nothing that the journal names is this upload's.
  SG_ASSIGN(const auto owner, filing::owner_of_sidecar(blobs_, filing::sidecar_key(photo.files)));
  if (owner != photo.id) {
    ++report_.discarded;
    return blobs_.remove(journal);
  }
  if (row || !scope_.is_alone) return discard(journal, photo);
  SG_ASSIGN(const bool is_adoptable, is_whole(photo));
  return is_adoptable ? adopt(journal, *sidecar) : discard(journal, photo);
}

core::Result<void> Settlement::finish(const std::string& journal, const core::Photo& photo) {
  const auto placed = blobs_.link(journal, filing::sidecar_key(photo.files));
  if (!placed && placed.error().code != core::ErrorCode::conflict) return placed;
  ++report_.finished;
  telemetry::log_info("upload finished after a crash", {{"photo", photo.id.to_string()}});
  return blobs_.remove(journal);
}

// A store that is away for a moment says nothing: then the journal is kept for a later start.
core::Result<bool> Settlement::is_whole(const core::Photo& photo) const {
  if (photo.files.original.empty()) return false;  // nothing kept could prove the derived images whole
  const auto is_away = [](const core::Error& error) { return error.code == core::ErrorCode::unavailable; };
  const auto info = blobs_.info(photo.files.original);
  if (!info && is_away(info.error())) return core::fail(info.error());
  if (!info || info->bytes != photo.file_bytes) return false;
  const auto fd = blobs_.open(photo.files.original);
  if (!fd && is_away(fd.error())) return core::fail(fd.error());
  if (!fd) return false;
  const auto hash = storage::sha256_of_file(fd->get());
  return hash && *hash == photo.sha256;
}

core::Result<void> Settlement::adopt(const std::string& journal, filing::Sidecar& sidecar) {
  core::Photo& photo = sidecar.photo;
  make_derived(photo);
  const auto inserted = database_.write([&](database::Session& session) { return insert(session, sidecar); });
  // Its job or uploader is gone meanwhile, and nobody was told that it had arrived.
  if (!inserted && inserted.error().code == core::ErrorCode::conflict) return discard(journal, photo);
  SG_TRY(inserted);
  ++report_.adopted;
  telemetry::log_info("upload adopted after a crash", {{"photo", photo.id.to_string()}});
  return blobs_.remove(journal);
}

core::Result<void> Settlement::insert(database::Session& session, filing::Sidecar& sidecar) {
  core::Photo& photo = sidecar.photo;
  if (photo.source == core::PhotoSource::import) {
    // A further run of a killed import has filed the same picture since.
    SG_ASSIGN(const auto there,
              database::photo_copies::find_at(
                  session, photo.sha256,
                  {.kind = photo.kind, .job = photo.job_id, .asset = photo.asset_id, .location = photo.location_id}));
    if (there) return core::fail(core::ErrorCode::conflict, "The same picture is already there.");
  }
  SG_ASSIGN(const auto first, database::photos::find_by_hash(session, photo.sha256));
  photo.duplicate_of.reset();
  if (first) photo.duplicate_of = first->duplicate_of.value_or(first->id);
  SG_TRY(database::photos::insert(session, photo));
  const core::AuditEntry entry{.at = clock_.now(),
                               .actor = "system",
                               .action = "photo.adopt",
                               .object_type = "photo",
                               .object_id = photo.id.to_string(),
                               .request_id = "settle"};
  SG_TRY(database::audit::append(session, {&entry, 1}));
  SG_ASSIGN(
      const auto task,
      queue::enqueue(
          session,
          {.kind = "process_inspection_photo", .queue = sidecar.queue, .photo_id = photo.id, .request_id = "settle"},
          clock_.now()));
  return database::photos::set_task(session, photo.id, task, core::ProcessingStatus::pending);
}

void Settlement::make_derived(core::Photo& photo) {
  if (filing::has_derived(blobs_, photo)) return;
  if (decoder_ != nullptr && filing::remake_derived(blobs_, *decoder_, limits_, photo)) return;
  ++report_.without_derived;
  telemetry::log_warning("adopted photo lacks derived images", {{"photo", photo.id.to_string()}});
}

core::Result<void> Settlement::discard(const std::string& journal, const core::Photo& photo) {
  SG_TRY(filing::remove_files(blobs_, photo.id, photo.files));
  ++report_.discarded;
  telemetry::log_info("unfinished upload removed", {{"photo", photo.id.to_string()}});
  return blobs_.remove(journal);
}

core::Result<void> Settlement::settle_deletion(const std::string& journal) {
  const auto deletion = read_as(blobs_, journal, filing::deletion_journal_from_json);
  if (!deletion) {
    if (deletion.error().code == core::ErrorCode::not_found) return {};
    keep_unsettled(journal, deletion.error());
    return {};
  }
  SG_ASSIGN(const auto row, find_row(deletion->photo));
  if (!row) {
    SG_TRY(filing::remove_files(blobs_, deletion->photo, deletion->files));
    ++report_.deletions;
    telemetry::log_info("deletion finished after a crash", {{"photo", deletion->photo.to_string()}});
  }
  return blobs_.remove(journal);
}

}  // namespace

core::Result<SettleReport> settle(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                  imaging::Decoder* decoder, const imaging::Limits& limits) {
  Settlement settlement(blobs, database, clock, {.is_alone = true});
  settlement.derive_with(decoder, limits);
  return settlement.run();
}

core::Result<SettleReport> settle_ended_runs(storage::BlobStore& blobs, database::Database& database,
                                             const core::Clock& clock, Unnamed unnamed) {
  return Settlement(blobs, database, clock, {.takes_unnamed = unnamed == Unnamed::settled}).run();
}

}  // namespace sightglass::ingest
