#include "ingest/resumable_uploads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "filing/layout.hpp"
#include "ingest/upload_errors.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {
namespace {

using database::uploads::Row;

// One whose address its sender never learnt (the answer was lost) is not missed after this.
constexpr std::chrono::minutes unbegun_patience{5};

core::Error unknown_upload() { return core::not_found("no such upload"); }

core::Result<std::optional<Row>> read_row(database::Database& database, core::PhotoId id) {
  return database.read([&](database::Session& session) { return database::uploads::find(session, id); });
}

void log_trouble(core::PhotoId id, const core::Error& why) {
  telemetry::log_error("upload cannot be cared for",
                       {{"upload", id.to_string()}, {"message", why.message}, {"cause", why.cause}});
}

}  // namespace

ResumableUploads::ResumableUploads(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                   ResumableRules rules)
    : blobs_(blobs), database_(database), clock_(clock), rules_(rules) {}

ResumableUploads::~ResumableUploads() = default;

core::Instant ResumableUploads::expiry_of(const Row& row) const {
  const auto& finished_at = row.upload.finished_at;
  return finished_at ? *finished_at + rules_.remembers : row.active_at + rules_.lifetime;
}

core::Result<Row> ResumableUploads::find(core::PhotoId id, core::UserId owner) const {
  SG_ASSIGN(auto row, read_row(database_, id));
  if (!row || row->upload.owner != owner) return core::fail(unknown_upload());
  return std::move(*row);
}

core::Result<ResumableUploads::Turn> ResumableUploads::create(ResumableUpload upload) {
  SG_ASSIGN(auto held, database_.locks().try_take(lock_name(upload.id)));
  if (!held) return core::fail(upload_is_locked());
  SG_TRY(insert(upload));
  const auto id = upload.id;
  const auto created_at = upload.created_at;
  Turn turn(*this, {.upload = std::move(upload), .active_at = created_at}, std::move(*held));
  if (auto begun = turn.begin(); !begun) {
    if (const auto removed = turn.remove(); !removed) log_trouble(id, removed.error());
    return std::unexpected(std::move(begun).error());
  }
  return turn;
}

// At the limit the oldest one makes room that never got a byte: it most likely belongs to nobody any more.
core::Result<void> ResumableUploads::insert(const ResumableUpload& upload) {
  for (;;) {
    SG_ASSIGN(const bool is_in, database_.write_guarded([&](database::Session& session) -> core::Result<bool> {
      SG_ASSIGN(const auto open, database::uploads::count_open(session, upload.owner));
      if (open >= rules_.most_open) return false;
      SG_TRY(database::uploads::insert(session, upload));
      return true;
    }));
    if (is_in) return {};
    SG_ASSIGN(const bool has_room, make_room(upload.owner));
    if (has_room) continue;
    return core::fail(core::ErrorCode::quota_exceeded,
                      fmt::format("you have {} unfinished uploads, and more are not taken; finish or cancel some of "
                                  "them",
                                  rules_.most_open));
  }
}

core::Result<bool> ResumableUploads::make_room(core::UserId owner) {
  SG_ASSIGN(const auto id, database_.read([&](database::Session& session) {
    return database::uploads::oldest_unbegun(session, owner, clock_.now() - unbegun_patience);
  }));
  if (!id) return false;
  SG_ASSIGN(auto turn, take_any(*id));
  // It came to life after all: its sender is writing, or bytes came that nobody noted.
  if (!turn || turn->offset() > 0 || turn->upload().state != UploadState::receiving) return false;
  SG_TRY(turn->remove());
  return true;
}

core::Result<ResumableUploads::View> ResumableUploads::look(core::PhotoId id, core::UserId owner) const {
  SG_ASSIGN(auto row, find(id, owner));
  SG_ASSIGN(const auto offset, offset_of(row.upload));
  const auto expires_at = expiry_of(row);
  return View{.upload = std::move(row.upload), .offset = offset, .expires_at = expires_at};
}

core::Result<std::int64_t> ResumableUploads::offset_of(const ResumableUpload& upload) const {
  if (upload.state != UploadState::receiving) return upload.length;
  // While somebody writes here, the file may have bytes that are not durable yet.
  const auto acknowledged = [&]() -> std::optional<std::int64_t> {
    const std::lock_guard lock(mutex_);
    const auto found = acknowledged_.find(upload.id);
    return found == acknowledged_.end() ? std::nullopt : std::optional(found->second);
  };
  if (const auto offset = acknowledged()) return *offset;
  const auto bytes = blobs_.info(filing::resumable_bytes_key(upload.id));
  if (const auto offset = acknowledged()) return *offset;  // begun while we looked
  if (bytes) return std::min(bytes->bytes, upload.length);
  if (bytes.error().code == core::ErrorCode::not_found) return 0;
  return core::fail(bytes.error());
}

core::Result<ResumableUploads::Turn> ResumableUploads::take(core::PhotoId id, core::UserId owner) {
  SG_TRY(find(id, owner));
  SG_ASSIGN(auto held, database_.locks().try_take(lock_name(id)));
  if (!held) return core::fail(upload_is_locked());
  return take_locked(id, std::move(*held));
}

// The row is read once more: it may have ended while nobody held the lock.
core::Result<ResumableUploads::Turn> ResumableUploads::take_locked(core::PhotoId id, database::NodeLocks::Held held) {
  SG_ASSIGN(auto row, read_row(database_, id));
  if (!row) return core::fail(unknown_upload());
  Turn turn(*this, std::move(*row), std::move(held));
  SG_TRY(turn.begin());
  return turn;
}

// Whosever it is; nullopt while somebody has the turn, or when it is gone.
core::Result<std::optional<ResumableUploads::Turn>> ResumableUploads::take_any(core::PhotoId id) {
  SG_ASSIGN(auto held, database_.locks().try_take(lock_name(id)));
  if (!held) return std::nullopt;
  auto turn = take_locked(id, std::move(*held));
  if (turn) return std::move(*turn);
  if (turn.error().code == core::ErrorCode::not_found) return std::nullopt;
  return std::unexpected(std::move(turn).error());
}

std::vector<ResumableUploads::View> ResumableUploads::unfiled() {
  const auto open = database_.read(database::uploads::open);
  std::vector<View> found;
  if (!open) return found;
  std::unordered_set<core::PhotoId> are_open;
  for (const auto& upload : *open) {
    are_open.insert(upload.id);
    {
      const std::lock_guard lock(mutex_);
      if (acknowledged_.contains(upload.id)) continue;
    }
    const auto offset = offset_of(upload);
    if (offset && *offset == upload.length) found.push_back({.upload = upload, .offset = *offset});
  }
  // Of those that went on through another node nothing needs to be remembered here.
  const std::lock_guard lock(mutex_);
  std::erase_if(resting_, [&](const auto& item) { return !are_open.contains(item.first); });
  return found;
}

void ResumableUploads::remove_expired() {
  const auto now = clock_.now();
  const auto expired = database_.read([&](database::Session& session) {
    return database::uploads::expired(session, now - rules_.lifetime, now - rules_.remembers);
  });
  if (!expired) {
    telemetry::log_error("expired uploads could not be looked for", {{"cause", expired.error().cause}});
    return;
  }
  for (const auto id : *expired)
    if (const auto removed = remove_if_expired(id); !removed) log_trouble(id, removed.error());
}

core::Result<void> ResumableUploads::remove_if_expired(core::PhotoId id) {
  SG_ASSIGN(auto turn, take_any(id));
  if (!turn || turn->expires_at() > clock_.now()) return {};
  return turn->remove();
}

}  // namespace sightglass::ingest
