#include "database/pull_files.hpp"

#include <algorithm>
#include <iterator>

#include "database/conditions.hpp"
#include "database/pull_file_rows.hpp"

namespace sightglass::database::pull_files {
namespace {

const std::string columns = columns_of_files(false);
const std::string select_files = "SELECT " + columns + " FROM pull_files";

const std::string update_file =
    "UPDATE pull_files SET name = $2, address = $3, bytes = $4, modified_at = $5, etag = $6, state = $7, reason = $8, "
    "message = $9, attempts = $10, next_at = $11, revision = $12, validator = $13, sha256 = $14, fetched_bytes = $15, "
    "filing_id = $16, photo_id = $17, run_id = $18, changed_at = $19, checked_at = $20 WHERE id = $1";

Session::Parameters values_of(const File& file) {
  return {file.id,        file.name,           file.address,   file.bytes,      file.modified_at,
          file.etag,      name_of(file.state), file.reason,    file.message,    file.attempts,
          file.next_at,   file.revision,       file.validator, file.sha256,     file.fetched_bytes,
          file.filing_id, file.photo_id,       file.run_id,    file.changed_at, file.checked_at};
}

constexpr std::string_view made_due =
    "UPDATE pull_files SET state = 'seen', reason = '', message = '', attempts = 0, next_at = $2, changed_at = $2 "
    "WHERE ";

constexpr std::string_view left_out =
    "UPDATE pull_files SET state = 'skipped', reason = 'skipped_by_person', message = '', next_at = NULL, "
    "changed_at = $2 WHERE ";

core::Result<Counts> counted(Session& session, std::string_view where, const Session::Parameters& parameters) {
  Counts counts;
  SG_TRY(
      session.run("SELECT state, CAST(sum(number) AS BIGINT) FROM pull_counts" + std::string(where) + " GROUP BY state",
                  parameters, [&](const Row& row) -> core::Result<void> {
                    const auto number = row.integer(1);
                    if (row.text(0) == "given_up") counts.given_up = number;
                    switch (state_from_name(row.text(0)).value_or(State::failed)) {
                      case State::seen: counts.seen = number; break;
                      case State::fetched: counts.fetched = number; break;
                      case State::stored: counts.stored = number; break;
                      case State::skipped: counts.skipped = number; break;
                      case State::failed: counts.failed += number; break;
                    }
                    return {};
                  }));
  return counts;
}

constexpr std::string_view given_up_for = "source_id = $1 AND reason = $3 AND state = 'failed' AND next_at IS NULL";

core::Result<void> remember_photo(Session& session, const File& file) {
  if (file.state != State::stored || !file.photo_id) return {};
  SG_TRY(session.execute(
      "INSERT INTO pull_photos (photo_id, source_id, follows_clock) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING",
      {*file.photo_id, file.source_id}));
  return {};
}

}  // namespace

std::string_view name_of(State state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<State> state_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(state_names, name);
  if (found == std::end(state_names)) return std::nullopt;
  return static_cast<State>(found - std::begin(state_names));
}

core::Result<void> insert(Session& session, const File& file) {
  SG_TRY(session.execute(
      "INSERT INTO pull_files (" + columns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
          "$18, $19, $20, $21, $22, $23)",
      {file.id,          file.source_id, file.path,           file.name,       file.address,       file.bytes,
       file.modified_at, file.etag,      name_of(file.state), file.reason,     file.message,       file.attempts,
       file.next_at,     file.revision,  file.validator,      file.sha256,     file.fetched_bytes, file.filing_id,
       file.photo_id,    file.run_id,    file.first_seen_at,  file.changed_at, file.checked_at}));
  return remember_photo(session, file);
}

core::Result<void> update(Session& session, const File& file) {
  SG_TRY(session.execute(update_file, values_of(file)));
  return remember_photo(session, file);
}

core::Result<bool> update_if_as_read(Session& session, const File& file, core::Instant changed_at) {
  auto values = values_of(file);
  values.emplace_back(changed_at);
  SG_ASSIGN(const auto updated, session.execute(update_file + " AND changed_at = $21", values));
  if (updated == 0) return false;
  SG_TRY(remember_photo(session, file));
  return true;
}

core::Result<void> move(Session& session, core::PullFileId id, std::string_view address) {
  SG_TRY(session.execute("UPDATE pull_files SET address = $2 WHERE id = $1", {id, address}));
  return {};
}

core::Result<std::optional<File>> find(Session& session, core::PullFileId id) {
  return session.first(select_files + " WHERE id = $1", {id}, read_file);
}

core::Result<void> each_known(Session& session, core::PullSourceId source, const std::function<void(Known)>& visit) {
  SG_TRY(session.run("SELECT id, path, bytes, modified_at, etag, state, address FROM pull_files WHERE source_id = $1",
                     {source}, [&](const Row& row) -> core::Result<void> {
                       visit({.id = row.id<core::PullFileId>(0),
                              .path = row.string(1),
                              .bytes = row.optional_integer(2),
                              .modified_at = row.optional_instant(3),
                              .etag = row.string(4),
                              .state = state_from_name(row.text(5)).value_or(State::seen),
                              .address = row.string(6)});
                       return {};
                     }));
  return {};
}

core::Result<std::vector<File>> due(Session& session, core::PullSourceId source, core::Instant now,
                                    std::optional<core::PullFileId> after, std::int32_t limit) {
  // No id is as small as the empty text.
  return session.all(select_files +
                         " WHERE source_id = $1 AND next_at IS NOT NULL AND next_at <= $2 AND id > $3 "
                         "ORDER BY id LIMIT $4",
                     {source, now, after ? after->to_string() : std::string(), limit}, read_file);
}

core::Result<std::int64_t> count_due(Session& session, core::PullSourceId source, core::Instant now) {
  SG_ASSIGN(
      const auto found,
      session.first("SELECT count(*) FROM pull_files WHERE source_id = $1 AND next_at IS NOT NULL AND next_at <= $2",
                    {source, now}, [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

core::Result<std::vector<File>> fetched(Session& session, core::PullSourceId source,
                                        std::optional<core::PullFileId> after, std::int32_t limit) {
  return session.all(select_files + " WHERE source_id = $1 AND state = 'fetched' AND id > $2 ORDER BY id LIMIT $3",
                     {source, after ? after->to_string() : std::string(), limit}, read_file);
}

core::Result<std::optional<core::Instant>> last_due(Session& session, core::PullSourceId source, core::Instant until) {
  SG_ASSIGN(const auto found,
            session.first("SELECT max(next_at) FROM pull_files WHERE source_id = $1 AND next_at IS NOT "
                          "NULL AND next_at <= $2",
                          {source, until}, [](const Row& row) { return row.optional_instant(0); }));
  return found.value_or(std::nullopt);
}

core::Result<std::vector<File>> stored_with(Session& session, core::PullSourceId source, const core::Sha256& sha256,
                                            core::PullFileId but) {
  return session.all(select_files +
                         " WHERE source_id = $1 AND sha256 = $2 AND id <> $3 AND state IN ('stored', 'fetched') "
                         "ORDER BY id LIMIT 20",
                     {source, sha256, but}, read_file);
}

core::Result<Page> list(Session& session, const Filter& filter, std::optional<core::PullFileId> before) {
  Conditions conditions;
  conditions.add("source_id = " + conditions.parameter(filter.source));
  if (filter.state) conditions.add("state = " + conditions.parameter(name_of(*filter.state)));
  if (filter.only_given_up) conditions.add("state = 'failed' AND next_at IS NULL");
  if (filter.reason) conditions.add("reason = " + conditions.parameter(*filter.reason));
  if (filter.run) conditions.add("run_id = " + conditions.parameter(*filter.run));
  if (filter.name) {
    // Not LIKE, whose patterns and case the two stores read differently.
    const auto* const find =
        session.dialect() == Dialect::sqlite ? "instr(lower(name), lower(" : "strpos(lower(name), lower(";
    conditions.add(find + conditions.parameter(*filter.name) + ")) > 0");
  }
  if (before) conditions.add("id < " + conditions.parameter(*before));
  const auto limit = conditions.parameter(filter.limit + 1);
  Page page;
  SG_ASSIGN(page.files, session.all(select_files + conditions.where() + " ORDER BY id DESC LIMIT " + limit,
                                    conditions.parameters(), read_file));
  if (page.files.size() > static_cast<std::size_t>(filter.limit)) {
    page.files.pop_back();
    page.next = page.files.back().id;
  }
  return page;
}

core::Result<std::vector<File>> of_run(Session& session, core::PullRunId run, State state, std::int32_t limit) {
  return session.all(select_files + " WHERE run_id = $1 AND state = $2 ORDER BY id LIMIT $3",
                     {run, name_of(state), limit}, read_file);
}

core::Result<Counts> count(Session& session, core::PullSourceId source) {
  return counted(session, " WHERE source_id = $1", {source});
}

core::Result<Counts> count_all(Session& session) { return counted(session, "", {}); }

core::Result<std::int64_t> replay(Session& session, core::PullSourceId source, const std::vector<core::PullFileId>& ids,
                                  core::Instant now) {
  std::int64_t replayed = 0;
  for (const auto& id : ids) {
    SG_ASSIGN(const auto changed,
              session.execute(std::string(made_due) + "source_id = $1 AND id = $3 AND state IN ('failed', 'skipped')",
                              {source, now, id}));
    replayed += changed;
  }
  return replayed;
}

core::Result<std::int64_t> replay_all(Session& session, core::PullSourceId source, State state, core::Instant now) {
  return session.execute(std::string(made_due) + "source_id = $1 AND state = $3 AND state IN ('failed', 'skipped')",
                         {source, now, name_of(state)});
}

core::Result<std::int64_t> skip(Session& session, core::PullSourceId source, const std::vector<core::PullFileId>& ids,
                                core::Instant now) {
  std::int64_t skipped = 0;
  for (const auto& id : ids) {
    SG_ASSIGN(const auto changed,
              session.execute(std::string(left_out) + "source_id = $1 AND id = $3 AND state IN ('seen', 'failed')",
                              {source, now, id}));
    skipped += changed;
  }
  return skipped;
}

core::Result<std::int64_t> replay_given_up(Session& session, core::PullSourceId source, std::string_view reason,
                                           core::Instant now) {
  return session.execute(std::string(made_due) + std::string(given_up_for), {source, now, reason});
}

core::Result<std::int64_t> skip_given_up(Session& session, core::PullSourceId source, std::string_view reason,
                                         core::Instant now) {
  return session.execute(std::string(left_out) + std::string(given_up_for), {source, now, reason});
}

core::Result<std::vector<File>> to_check(Session& session, core::PullSourceId source, std::int32_t limit) {
  return session.all(select_files +
                         " WHERE source_id = $1 AND state = 'stored' AND modified_at IS NULL AND etag = '' "
                         "ORDER BY checked_at, id LIMIT $2",
                     {source, limit}, read_file);
}

core::Result<void> note_checked(Session& session, core::PullFileId id, core::Instant now) {
  SG_TRY(session.execute("UPDATE pull_files SET checked_at = $2 WHERE id = $1", {id, now}));
  return {};
}

core::Result<void> fold_counts(Session& session, core::PullSourceId source) {
  if (session.dialect() == Dialect::sqlite) return {};
  // What others add meanwhile is not seen, and what they fold is gone: no number is lost or taken twice.
  SG_TRY(session.execute(
      "WITH folded AS (DELETE FROM pull_counts WHERE source_id = $1 RETURNING source_id, state, number) "
      "INSERT INTO pull_counts (source_id, state, piece, number) SELECT source_id, state, "
      "nextval('pull_count_pieces'), "
      "number FROM (SELECT source_id, state, CAST(sum(number) AS BIGINT) AS number FROM folded "
      "GROUP BY source_id, state) AS sums",
      {source}));
  return {};
}

}  // namespace sightglass::database::pull_files
