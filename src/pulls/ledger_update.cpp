#include "pulls/ledger_update.hpp"

#include <algorithm>
#include <unordered_map>

#include "pulls/comparison.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::Known;
using database::pull_files::State;
using sources::RemoteFile;

constexpr std::size_t rows_at_once = 500;  // in one transaction

core::Result<void> write_replaced(database::Session& session, const database::pull_files::File& changed) {
  SG_ASSIGN(auto row, database::pull_files::find(session, changed.id));
  // What is fetched and not taken in yet is taken in first: the listing after that finds the new version.
  if (!row || row->state == State::fetched) return {};
  if (row->state != State::seen) ++row->revision;
  row->name = changed.name;
  row->address = changed.address;
  row->bytes = changed.bytes;
  row->modified_at = changed.modified_at;
  row->etag = changed.etag;
  row->state = State::seen;
  row->reason = changed.reason;
  row->message.clear();
  row->attempts = 0;
  row->next_at = changed.next_at;
  // Some servers say that a file is unchanged whose time has gone back: it is asked for without conditions.
  row->validator.clear();
  row->changed_at = changed.changed_at;
  return database::pull_files::update(session, *row);
}

}  // namespace

core::Result<std::int64_t> LedgerUpdate::absorb(std::vector<RemoteFile> listed,
                                                std::optional<core::Instant> server_time) {
  std::unordered_map<std::string, Known> known;
  SG_TRY(database_.read([&](database::Session& session) {
    return database::pull_files::each_known(session, source_, [&](Known row) {
      auto path = row.path;
      known.emplace(std::move(path), std::move(row));
    });
  }));
  listed_.clear();
  fresh_ = 0;
  sort_by_age(listed);
  const auto now = clock_.now();
  Changes changes;
  for (const auto& file : listed) {
    auto path = ledger_path(file);
    if (!listed_.insert(path).second) continue;  // the same link twice
    const auto due = settled_at(file.modified_at, server_time, now, settle_);
    const auto found = known.find(path);
    if (found == known.end()) {
      changes.fresh.push_back(new_row(source_, core::PullFileId::make(now), file, due, now));
    } else if (is_replaced(found->second, file)) {
      // Another size than a moment ago: it grows.
      File row{.id = found->second.id, .source_id = source_, .path = path};
      const bool grows = found->second.state == State::seen;
      note_replaced(row, file, grows ? std::max(due, now + settle_) : due, now);
      changes.replaced.push_back(std::move(row));
    } else if (found->second.address != file.address) {
      changes.moved.push_back({.id = found->second.id, .address = file.address});
    }
    if (changes.fresh.size() + changes.replaced.size() + changes.moved.size() >= rows_at_once) {
      SG_TRY(write(changes));
    }
  }
  SG_TRY(write(changes));
  return fresh_;
}

core::Result<void> LedgerUpdate::write(Changes& changes) {
  if (changes.fresh.empty() && changes.replaced.empty() && changes.moved.empty()) return {};
  SG_TRY(database_.write([&](database::Session& session) -> core::Result<void> {
    for (const auto& row : changes.fresh) {
      SG_TRY(database::pull_files::insert(session, row));
    }
    for (const auto& row : changes.replaced) {
      SG_TRY(write_replaced(session, row));
    }
    for (const auto& row : changes.moved) {
      SG_TRY(database::pull_files::move(session, row.id, row.address));
    }
    return {};
  }));
  fresh_ += static_cast<std::int64_t>(changes.fresh.size() + changes.replaced.size());
  changes = {};
  return {};
}

}  // namespace sightglass::pulls
