#include "pulls/rechecking.hpp"

#include <vector>

#include "pulls/fetching.hpp"
#include "pulls/run_failures.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::File;
using database::pull_files::State;

constexpr std::int32_t most_looked_at = 2000;  // rows of one run, those of files that are gone among them

struct Found {
  std::vector<core::PullFileId> same{};  // or not to be found out now
  std::vector<core::PullFileId> replaced{};
};

core::Result<void> fetch_again(database::Session& session, core::PullFileId id, core::Instant now) {
  SG_ASSIGN(auto row, database::pull_files::find(session, id));
  if (!row || row->state != State::stored) return {};
  row->state = State::seen;
  row->reason.clear();
  row->message.clear();
  row->attempts = 0;
  row->next_at = now;
  ++row->revision;
  // Some servers say that a file is unchanged whose time has gone back: it is asked for without conditions.
  row->validator.clear();
  row->bytes.reset();
  row->changed_at = now;
  row->checked_at = now;
  return database::pull_files::update(session, *row);
}

core::Result<void> keep(const PullParts& parts, const Found& found) {
  if (found.same.empty() && found.replaced.empty()) return {};
  const auto now = parts.clock.now();
  return parts.database.write([&](database::Session& session) -> core::Result<void> {
    for (const auto& id : found.same) SG_TRY(database::pull_files::note_checked(session, id, now));
    for (const auto& id : found.replaced) SG_TRY(fetch_again(session, id, now));
    return {};
  });
}

// nullopt: the server cannot be asked.
sources::Remote<std::optional<bool>> was_replaced(sources::AsksAfterFiles& server, const File& row,
                                                  const std::function<bool()>& should_stop) {
  const auto signs = server.ask_after(remote_of(row), should_stop);
  if (signs) return *signs ? std::optional(is_other(row, **signs)) : std::nullopt;
  if (signs.error().concerns_source || signs.error().trouble == sources::Trouble::stopped)
    return std::unexpected(signs.error());
  return std::optional(false);
}

}  // namespace

bool is_other(const File& row, const sources::FileSigns& signs) {
  if (!row.validator.empty() && !signs.validator.empty() && row.validator != signs.validator) return true;
  return signs.bytes && *signs.bytes != row.fetched_bytes;
}

sources::Remote<std::int64_t> ask_after_stored(const PullParts& parts, sources::Gateway& gateway,
                                               core::PullSourceId source, const LedgerUpdate& ledger, std::int64_t most,
                                               const std::function<bool()>& should_stop) {
  auto* const server = dynamic_cast<sources::AsksAfterFiles*>(&gateway);
  if (server == nullptr) return 0;
  const auto rows = parts.database.read(
      [&](database::Session& session) { return database::pull_files::to_check(session, source, most_looked_at); });
  if (!rows) return std::unexpected(own(rows.error()));
  Found found;
  std::int64_t asked = 0;
  std::optional<sources::Failure> failure;
  for (const auto& row : *rows) {
    if (should_stop() || asked == most) break;
    if (!ledger.has_listed(row.path)) {
      found.same.push_back(row.id);
      continue;
    }
    ++asked;
    const auto replaced = was_replaced(*server, row, should_stop);
    if (!replaced) failure = replaced.error();
    if (!replaced || !*replaced) break;
    (**replaced ? found.replaced : found.same).push_back(row.id);
  }
  if (const auto kept = keep(parts, found); !kept) return std::unexpected(own(kept.error()));
  if (failure && failure->trouble != sources::Trouble::stopped) return std::unexpected(std::move(*failure));
  return std::ssize(found.replaced);
}

}  // namespace sightglass::pulls
