#include "database/pull_files.hpp"

#include <algorithm>
#include <iterator>

#include "database/conditions.hpp"

namespace sightglass::database::pull_files {
namespace {

const std::string columns =
    "id, source_id, path, name, address, bytes, modified_at, etag, state, reason, message, attempts, next_at, "
    "revision, "
    "validator, sha256, fetched_bytes, filing_id, photo_id, run_id, first_seen_at, changed_at";
const std::string select_files = "SELECT " + columns + " FROM pull_files";

File read_file(const Row& row) {
  return {.id = row.id<core::PullFileId>(0),
          .source_id = row.id<core::PullSourceId>(1),
          .path = row.string(2),
          .name = row.string(3),
          .address = row.string(4),
          .bytes = row.optional_integer(5),
          .modified_at = row.optional_instant(6),
          .etag = row.string(7),
          .state = state_from_name(row.text(8)).value_or(State::seen),
          .reason = row.string(9),
          .message = row.string(10),
          .attempts = static_cast<std::int32_t>(row.integer(11)),
          .next_at = row.optional_instant(12),
          .revision = row.integer(13),
          .validator = row.string(14),
          .sha256 = row.is_null(15) ? std::nullopt : std::optional(row.sha256(15)),
          .fetched_bytes = row.integer(16),
          .filing_id = row.optional_id<core::PhotoId>(17),
          .photo_id = row.optional_id<core::PhotoId>(18),
          .run_id = row.optional_id<core::PullRunId>(19),
          .first_seen_at = row.instant(20),
          .changed_at = row.instant(21)};
}

constexpr std::string_view made_due =
    "UPDATE pull_files SET state = 'seen', reason = '', message = '', attempts = 0, next_at = $2, changed_at = $2 "
    "WHERE ";

core::Result<Counts> counted(Session& session, std::string_view where, const Session::Parameters& parameters) {
  Counts counts;
  SG_TRY(session.run("SELECT state, count(*), sum(CASE WHEN next_at IS NULL THEN 1 ELSE 0 END) FROM pull_files" +
                         std::string(where) + " GROUP BY state",
                     parameters, [&](const Row& row) -> core::Result<void> {
                       const auto number = row.integer(1);
                       switch (state_from_name(row.text(0)).value_or(State::seen)) {
                         case State::seen: counts.seen = number; break;
                         case State::fetched: counts.fetched = number; break;
                         case State::stored: counts.stored = number; break;
                         case State::skipped: counts.skipped = number; break;
                         case State::failed:
                           counts.failed = number;
                           counts.given_up = row.integer(2);
                           break;
                       }
                       return {};
                     }));
  return counts;
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
          "$18, $19, $20, $21, $22)",
      {file.id,          file.source_id, file.path,           file.name,      file.address,       file.bytes,
       file.modified_at, file.etag,      name_of(file.state), file.reason,    file.message,       file.attempts,
       file.next_at,     file.revision,  file.validator,      file.sha256,    file.fetched_bytes, file.filing_id,
       file.photo_id,    file.run_id,    file.first_seen_at,  file.changed_at}));
  return {};
}

core::Result<void> update(Session& session, const File& file) {
  SG_TRY(
      session.execute("UPDATE pull_files SET name = $2, address = $3, bytes = $4, modified_at = $5, etag = $6, state = "
                      "$7, reason = $8, "
                      "message = $9, attempts = $10, next_at = $11, revision = $12, validator = $13, sha256 = $14, "
                      "fetched_bytes = $15, "
                      "filing_id = $16, photo_id = $17, run_id = $18, changed_at = $19 WHERE id = $1",
                      {file.id, file.name, file.address, file.bytes, file.modified_at, file.etag, name_of(file.state),
                       file.reason, file.message, file.attempts, file.next_at, file.revision, file.validator,
                       file.sha256, file.fetched_bytes, file.filing_id, file.photo_id, file.run_id, file.changed_at}));
  return {};
}

core::Result<std::optional<File>> find(Session& session, core::PullFileId id) {
  return session.first(select_files + " WHERE id = $1", {id}, read_file);
}

core::Result<void> each_known(Session& session, core::PullSourceId source, const std::function<void(Known)>& visit) {
  SG_TRY(session.run("SELECT id, path, bytes, modified_at, etag, state FROM pull_files WHERE source_id = $1", {source},
                     [&](const Row& row) -> core::Result<void> {
                       visit({.id = row.id<core::PullFileId>(0),
                              .path = row.string(1),
                              .bytes = row.optional_integer(2),
                              .modified_at = row.optional_instant(3),
                              .etag = row.string(4),
                              .state = state_from_name(row.text(5)).value_or(State::seen)});
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
              session.execute("UPDATE pull_files SET state = 'skipped', reason = 'skipped_by_person', message = '', "
                              "next_at = NULL, changed_at = $2 WHERE source_id = $1 AND id = $3 AND state IN ('seen', "
                              "'failed')",
                              {source, now, id}));
    skipped += changed;
  }
  return skipped;
}

core::Result<std::vector<core::PhotoId>> photos_of(Session& session, core::PullSourceId source,
                                                   std::optional<core::PhotoId> before, std::int32_t limit) {
  // '~' is behind every id.
  return session.all(
      "SELECT photo_id FROM pull_files WHERE source_id = $1 AND state = 'stored' AND photo_id IS NOT NULL AND photo_id "
      "< $2 "
      "ORDER BY photo_id DESC LIMIT $3",
      {source, before ? before->to_string() : std::string("~"), limit},
      [](const Row& row) { return row.id<core::PhotoId>(0); });
}

core::Result<std::int64_t> count_photos(Session& session, core::PullSourceId source) {
  SG_ASSIGN(const auto found,
            session.first("SELECT count(photo_id) FROM pull_files WHERE source_id = $1 AND state = 'stored'", {source},
                          [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

}  // namespace sightglass::database::pull_files
