// What came of attempts, written to the ledger: one transaction for many.
#include "pulls/pull_run.hpp"
#include "pulls/run_failures.hpp"

namespace sightglass::pulls {

using database::pull_files::State;

void PullRun::record(std::vector<Attempt> attempts) {
  if (attempts.empty()) return;
  const auto recorded = parts_.database.write([&](database::Session& session) { return record_in(session, attempts); });
  if (!recorded) {
    fail(own(recorded.error()));
    return;
  }
  const std::scoped_lock lock(mutex_);
  std::erase_if(attempts, [&](const Attempt& one) {
    if (!recorded->contains(one.row.id)) return false;
    if (one.row.state == State::fetched) spooled_bytes_ -= one.row.fetched_bytes;
    spool_.remove(one.row.id);
    return true;
  });
  count(attempts);
  changed_.notify_all();
}

// Which rows somebody has decided on, or another node has changed, since they were read: those stay as they are.
core::Result<std::set<core::PullFileId>> PullRun::record_in(database::Session& session,
                                                            std::vector<Attempt>& attempts) {
  std::set<core::PullFileId> overruled;
  for (auto& one : attempts) {
    if (one.row.state == State::fetched) {
      SG_TRY(find_renamed(session, one.row));
    }
    SG_ASSIGN(const bool is_kept, database::pull_files::update_if_as_read(session, one.row, one.as_read));
    if (!is_kept) overruled.insert(one.row.id);
  }
  return overruled;
}

// The same bytes under a name that is not there any more: the file got another name. Under one that is, it is a copy,
// and a picture of its own.
core::Result<void> PullRun::find_renamed(database::Session& session, File& row) {
  SG_ASSIGN(const auto twins, database::pull_files::stored_with(session, source_.id, *row.sha256, row.id));
  for (const auto& twin : twins) {
    if (ledger_.has_listed(twin.path)) continue;
    row.state = State::skipped;
    row.reason = "same_bytes";
    row.message = "It was taken in as " + twin.name + ", which is not there any more.";
    row.photo_id = twin.photo_id;
    row.filing_id.reset();
    break;
  }
  return {};
}

void PullRun::count(const std::vector<Attempt>& attempts) {
  for (const auto& one : attempts) {
    run_.bytes += one.fetched_bytes;
    switch (one.row.state) {
      case State::fetched:
        if (parts_.limits.takes_in) {
          to_file_.push_back(one.row);
        } else {
          ++pulled_;
          spooled_bytes_ = 0;
        }
        break;
      case State::skipped: ++run_.skipped; break;
      case State::failed: ++run_.failed; break;
      default: break;
    }
    if (one.row.state == State::skipped && one.row.reason == "same_bytes") {
      spooled_bytes_ -= one.row.fetched_bytes;
      spool_.remove(one.row.id);
    }
  }
}

}  // namespace sightglass::pulls
