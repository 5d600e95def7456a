// The ledger: one row for each file that a source has shown (docs/pull-sources.md draws the states).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::pull_files {

enum class State : std::uint8_t { seen, fetched, stored, skipped, failed };
inline constexpr std::string_view state_names[] = {"seen", "fetched", "stored", "skipped", "failed"};
std::string_view name_of(State state);
std::optional<State> state_from_name(std::string_view name);

struct File {
  core::PullFileId id{};  // files are fetched in the order of their ids
  core::PullSourceId source_id{};
  std::string path{};     // percent-encoded, so that it is text whatever the name's bytes
  std::string name{};     // its last segment as it is shown
  std::string address{};  // for the gateway
  std::optional<std::int64_t> bytes{};
  std::optional<core::Instant> modified_at{};
  std::string etag{};
  State state = State::seen;
  std::string reason{};                    // a word of docs/pull-sources.md
  std::string message{};                   // a sentence
  std::int32_t attempts = 0;               // since it was seen or replayed
  std::optional<core::Instant> next_at{};  // when it is due; nullopt: not before it is replaced or replayed
  std::int64_t revision = 1;               // how many versions of it were seen
  std::string validator{};                 // of the bytes that `sha256` is of
  std::optional<core::Sha256> sha256{};    // of the bytes that were fetched last
  std::int64_t fetched_bytes = 0;
  std::optional<core::PhotoId> filing_id{};  // the id that its photo shall have
  std::optional<core::PhotoId> photo_id{};   // the photo there is; of skipped ones the photo with the same bytes
  std::optional<core::PullRunId> run_id{};   // the last that had it in work
  core::Instant first_seen_at{};
  core::Instant changed_at{};
  core::Instant checked_at{};  // when its bytes were last known to be the server's; 1970: never

  bool is_given_up() const { return state == State::failed && !next_at; }
};

// All block.

core::Result<void> insert(Session& session, const File& file);
// Everything but id, source, path and first_seen_at. The photo of a stored one is remembered as one of the source's
// from then on, whatever becomes of the row (pull_clock).
core::Result<void> update(Session& session, const File& file);
// The same unless the row is not as it was read, when `changed_at` was its changed_at: false then, and it is left
// alone. What people and other nodes have said meanwhile counts.
core::Result<bool> update_if_as_read(Session& session, const File& file, core::Instant changed_at);
core::Result<std::optional<File>> find(Session& session, core::PullFileId id);
// What a listing is compared with: all rows of a source, in no order.
struct Known {
  core::PullFileId id{};
  std::string path{};
  std::optional<std::int64_t> bytes{};
  std::optional<core::Instant> modified_at{};
  std::string etag{};
  State state = State::seen;
  std::string address{};
};
core::Result<void> each_known(Session& session, core::PullSourceId source, const std::function<void(Known)>& visit);

// Where the file is fetched from now; nothing else changes.
core::Result<void> move(Session& session, core::PullFileId id, std::string_view address);

// Rows whose time has come, in the order of their ids, behind `after`.
core::Result<std::vector<File>> due(Session& session, core::PullSourceId source, core::Instant now,
                                    std::optional<core::PullFileId> after, std::int32_t limit);
core::Result<std::int64_t> count_due(Session& session, core::PullSourceId source, core::Instant now);
core::Result<std::vector<File>> fetched(Session& session, core::PullSourceId source,
                                        std::optional<core::PullFileId> after, std::int32_t limit);
// By when all rows are due that are so by `until`; nullopt when none is.
core::Result<std::optional<core::Instant>> last_due(Session& session, core::PullSourceId source, core::Instant until);
// The files of this source that were fetched or stored with these bytes, other than `but`; the first 20.
core::Result<std::vector<File>> stored_with(Session& session, core::PullSourceId source, const core::Sha256& sha256,
                                            core::PullFileId but);

struct Filter {
  core::PullSourceId source{};
  std::optional<State> state{};
  std::optional<std::string> reason{};
  std::optional<std::string> name{};  // part of the name, without regard to case (of ASCII)
  std::optional<core::PullRunId> run{};
  bool only_given_up = false;
  std::int32_t limit = 50;  // 1 … 500
};
struct Page {
  std::vector<File> files{};               // seen last first
  std::optional<core::PullFileId> next{};  // id of the last row; nullopt on the last page
};
core::Result<Page> list(Session& session, const Filter& filter, std::optional<core::PullFileId> before);
core::Result<std::vector<File>> of_run(Session& session, core::PullRunId run, State state, std::int32_t limit);

struct Counts {
  std::int64_t seen = 0, fetched = 0, stored = 0, skipped = 0, failed = 0, given_up = 0;  // given_up: of failed
};
core::Result<Counts> count(Session& session, core::PullSourceId source);
core::Result<Counts> count_all(Session& session);  // of all sources
// Counting stays quick for as long as this is done every few thousand changes. Where nothing is to be done it is
// nothing (SQLite).
core::Result<void> fold_counts(Session& session, core::PullSourceId source);

// Stored files whose listing tells neither time nor tag, by which a replaced one would be seen: those that were looked
// at longest ago first.
core::Result<std::vector<File>> to_check(Session& session, core::PullSourceId source, std::int32_t limit);
core::Result<void> note_checked(Session& session, core::PullFileId id, core::Instant now);

// Due at once, with all attempts before them: those of `ids` that failed or were skipped, or all of `state` (failed,
// skipped). Return how many.
core::Result<std::int64_t> replay(Session& session, core::PullSourceId source, const std::vector<core::PullFileId>& ids,
                                  core::Instant now);
core::Result<std::int64_t> replay_all(Session& session, core::PullSourceId source, State state, core::Instant now);
// Those that are seen or failed are left out from now on, until the remote end replaces them.
core::Result<std::int64_t> skip(Session& session, core::PullSourceId source, const std::vector<core::PullFileId>& ids,
                                core::Instant now);
// Those that were given up for one reason.
core::Result<std::int64_t> replay_given_up(Session& session, core::PullSourceId source, std::string_view reason,
                                           core::Instant now);
core::Result<std::int64_t> skip_given_up(Session& session, core::PullSourceId source, std::string_view reason,
                                         core::Instant now);

}  // namespace sightglass::database::pull_files
