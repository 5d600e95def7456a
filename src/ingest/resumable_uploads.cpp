#include "ingest/resumable_uploads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "database/photos.hpp"
#include "filing/layout.hpp"
#include "ingest/resumable_entry.hpp"
#include "ingest/upload_errors.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {
namespace {

using Durability = storage::BlobStore::Durability;

// One whose address its sender never learnt (the answer was lost) is not missed after this.
constexpr std::chrono::minutes unbegun_patience{5};

core::Error unknown_upload() { return core::not_found("no such upload"); }

void log_unsettled(const std::string& record, const core::Error& why) {
  telemetry::log_error("upload cannot be settled",
                       {{"record", record}, {"message", why.message}, {"cause", why.cause}});
}

}  // namespace

ResumableUploads::ResumableUploads(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                   ResumableRules rules)
    : blobs_(blobs), database_(database), clock_(clock), rules_(rules) {}

ResumableUploads::~ResumableUploads() = default;

core::Instant ResumableUploads::expiry_of(const Entry& entry) const {
  const auto& finished_at = entry.upload.finished_at;
  return finished_at ? *finished_at + rules_.remembers : entry.active_at + rules_.lifetime;
}

core::Result<ResumableUploads::Turn> ResumableUploads::create(ResumableUpload upload) {
  const auto id = upload.id;
  auto entry = std::make_unique<Entry>();
  entry->upload = std::move(upload);
  entry->active_at = clock_.now();
  entry->is_taken = true;
  Entry& kept = *entry;
  SG_TRY(insert(std::move(entry)));
  Turn turn(*this, kept);
  if (auto begun = write_down(kept); !begun) {
    if (const auto removed = turn.remove(); !removed) log_unsettled(filing::resumable_record_key(id), removed.error());
    return std::unexpected(std::move(begun).error());
  }
  return turn;
}

// First the bytes' name, then the record, whose durable put syncs the folder of both.
core::Result<void> ResumableUploads::write_down(Entry& entry) {
  SG_ASSIGN(entry.blob, blobs_.resume(filing::resumable_bytes_key(entry.upload.id)));
  return blobs_.put(filing::resumable_record_key(entry.upload.id), to_json(entry.upload), Durability::durable);
}

// At the limit the oldest one makes room that never got a byte: it most likely belongs to nobody any more.
core::Result<void> ResumableUploads::insert(std::unique_ptr<Entry> entry) {
  for (;;) {
    Entry* unbegun = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (count_open(entry->upload.owner) < rules_.most_open) {
        const auto id = entry->upload.id;
        entries_[id] = std::move(entry);
        return {};
      }
      unbegun = oldest_unbegun(entry->upload.owner);
      if (unbegun != nullptr) unbegun->is_taken = true;
    }
    if (unbegun == nullptr) break;
    SG_TRY(Turn(*this, *unbegun).remove());
  }
  return core::fail(core::ErrorCode::quota_exceeded,
                    fmt::format("you have {} unfinished uploads, and more are not taken; finish or cancel some of them",
                                rules_.most_open));
}

std::int32_t ResumableUploads::count_open(core::UserId owner) const {
  return static_cast<std::int32_t>(std::ranges::count_if(entries_, [&](const auto& item) {
    return item.second->upload.owner == owner && item.second->upload.state == UploadState::receiving;
  }));
}

ResumableUploads::Entry* ResumableUploads::oldest_unbegun(core::UserId owner) const {
  Entry* oldest = nullptr;
  for (const auto& [id, entry] : entries_) {
    if (entry->upload.owner != owner || entry->upload.state != UploadState::receiving) continue;
    if (entry->is_taken || entry->offset > 0 || entry->active_at + unbegun_patience > clock_.now()) continue;
    if (oldest == nullptr || entry->active_at < oldest->active_at) oldest = entry.get();
  }
  return oldest;
}

core::Result<ResumableUploads::View> ResumableUploads::look(core::PhotoId id, core::UserId owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second->upload.owner != owner) return core::fail(unknown_upload());
  const Entry& entry = *found->second;
  return View{.upload = entry.upload, .offset = entry.offset, .expires_at = expiry_of(entry)};
}

core::Result<ResumableUploads::Turn> ResumableUploads::take(core::PhotoId id, core::UserId owner) {
  Entry* entry = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second->upload.owner != owner) return core::fail(unknown_upload());
    entry = found->second.get();
    if (entry->is_taken) return core::fail(upload_is_locked());
    entry->is_taken = true;
  }
  Turn turn(*this, *entry);
  SG_TRY(turn.begin());
  return turn;
}

std::vector<ResumableUploads::View> ResumableUploads::unfiled() const {
  std::vector<View> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : entries_) {
    if (entry->is_taken || entry->upload.state != UploadState::receiving) continue;
    if (entry->offset != entry->upload.length) continue;
    found.push_back({.upload = entry->upload, .offset = entry->offset, .expires_at = expiry_of(*entry)});
  }
  return found;
}

void ResumableUploads::remove_expired() {
  std::vector<Entry*> expired;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) {
      if (entry->is_taken || expiry_of(*entry) > clock_.now()) continue;
      entry->is_taken = true;
      expired.push_back(entry.get());
    }
  }
  for (auto* entry : expired) {
    Turn turn(*this, *entry);
    const auto id = entry->upload.id;
    if (const auto removed = turn.remove(); !removed) log_unsettled(filing::resumable_record_key(id), removed.error());
  }
}

core::Result<void> ResumableUploads::settle() {
  std::vector<std::string> records;
  std::vector<core::PhotoId> with_bytes;
  SG_TRY(blobs_.list(filing::resumable_prefix, [&](std::string_view key, const storage::BlobInfo&) {
    if (filing::resumable_of_record(key)) records.emplace_back(key);
    if (const auto id = filing::resumable_of_bytes(key)) with_bytes.push_back(*id);
    return true;
  }));
  for (const auto& record : records)
    if (const auto settled = settle_one(record); !settled) log_unsettled(record, settled.error());
  // Made just before a crash, with no record to say what they are: nobody was told of them.
  for (const auto id : with_bytes) {
    const auto record = blobs_.info(filing::resumable_record_key(id));
    if (record) continue;
    if (record.error().code != core::ErrorCode::not_found) return core::fail(record.error());
    SG_TRY(blobs_.remove(filing::resumable_bytes_key(id)));
  }
  remove_expired();
  return {};
}

core::Result<void> ResumableUploads::settle_one(const std::string& record) {
  SG_ASSIGN(const std::string text, blobs_.read(record));
  SG_ASSIGN(auto upload, resumable_upload_from_json(text));
  if (filing::resumable_record_key(upload.id) != record)
    return core::fail(core::invalid_input("id", "the record is another upload's"));
  auto entry = std::make_unique<Entry>();
  entry->upload = std::move(upload);
  entry->active_at = entry->upload.created_at;
  const auto id = entry->upload.id;
  if (entry->upload.state != UploadState::receiving) {
    SG_TRY(blobs_.remove(filing::resumable_bytes_key(id)));
    entries_[id] = std::move(entry);
    return {};
  }
  return settle_open(std::move(entry));
}

core::Result<void> ResumableUploads::settle_open(std::unique_ptr<Entry> entry) {
  const auto id = entry->upload.id;
  SG_ASSIGN(const auto photo,
            database_.read([&](database::Session& session) { return database::photos::find(session, id); }));
  const auto bytes = blobs_.info(filing::resumable_bytes_key(id));
  if (!bytes && bytes.error().code != core::ErrorCode::not_found) return core::fail(bytes.error());
  if (!photo && !bytes) return blobs_.remove(filing::resumable_record_key(id));
  entry->is_taken = true;
  Entry& kept = *(entries_[id] = std::move(entry));
  Turn turn(*this, kept);
  if (photo) {
    turn.finish_stored(id);
    return {};
  }
  kept.active_at = std::max(kept.active_at, bytes->modified_at);
  return turn.begin();
}

}  // namespace sightglass::ingest
