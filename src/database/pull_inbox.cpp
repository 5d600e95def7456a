#include "database/pull_inbox.hpp"

#include <map>

#include "database/conditions.hpp"
#include "database/pull_file_rows.hpp"

namespace sightglass::database::pull_inbox {
namespace {

constexpr std::int32_t most_sources = 100'000;

Conditions conditions_of(const Filter& filter) {
  Conditions conditions;
  conditions.add("f.state = 'failed' AND f.next_at IS NULL");
  if (filter.source) conditions.add("f.source_id = ?", {*filter.source});
  if (filter.reason) conditions.add("f.reason = ?", {*filter.reason});
  return conditions;
}

}  // namespace

core::Result<std::vector<Entry>> list(Session& session, const Filter& filter, const std::optional<PageKey>& after,
                                      std::int32_t limit) {
  auto conditions = conditions_of(filter);
  if (after) conditions.add("(f.changed_at, f.id) < (?, ?)", {after->at, after->id});
  const auto most = conditions.parameter(limit);
  return session.all("SELECT " + pull_files::columns_of_files(true) +
                         ", s.name FROM pull_files f JOIN pull_sources s ON s.id = f.source_id" + conditions.where() +
                         " ORDER BY f.changed_at DESC, f.id DESC LIMIT " + most,
                     conditions.parameters(), [](const Row& row) {
                       return Entry{.file = pull_files::read_file(row),
                                    .source_name = row.string(pull_files::file_columns)};
                     });
}

core::Result<std::vector<Cause>> causes(Session& session, const Filter& filter, std::int32_t limit) {
  auto conditions = conditions_of(filter);
  const auto most = conditions.parameter(limit);
  return session.all(
      "SELECT c.source_id, s.name, c.reason, c.files, c.first_at, c.last_at FROM (SELECT f.source_id, "
      "f.reason, count(*) AS files, min(f.changed_at) AS first_at, max(f.changed_at) AS last_at FROM "
      "pull_files f" +
          conditions.where() +
          " GROUP BY f.source_id, f.reason) c JOIN pull_sources s ON s.id = c.source_id ORDER BY "
          "c.last_at DESC, s.name, c.source_id, c.reason LIMIT " +
          most,
      conditions.parameters(), [](const Row& row) {
        return Cause{.source_id = row.id<core::PullSourceId>(0),
                     .source_name = row.string(1),
                     .reason = row.string(2),
                     .files = row.integer(3),
                     .first_at = row.instant(4),
                     .last_at = row.instant(5)};
      });
}

core::Result<std::int64_t> count(Session& session) {
  SG_ASSIGN(const auto found,
            session.first("SELECT CAST(coalesce(sum(number), 0) AS BIGINT) FROM pull_counts WHERE state = 'given_up'",
                          {}, [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

core::Result<void> tell_changed(Session& session, core::PullSourceId source) {
  // The row stays as it is; its trigger tells.
  SG_TRY(session.execute("UPDATE pull_sources SET updated_at = updated_at WHERE id = $1", {source}));
  return {};
}

core::Result<std::vector<Changed>> change(Session& session, Action action, const std::vector<core::PullFileId>& ids,
                                          core::Instant now) {
  std::map<core::PullSourceId, std::vector<core::PullFileId>> by_source;
  for (const auto& id : ids) {
    SG_ASSIGN(const auto source, session.first("SELECT source_id FROM pull_files WHERE id = $1", {id},
                                               [](const Row& row) { return row.id<core::PullSourceId>(0); }));
    if (source) by_source[*source].push_back(id);
  }
  std::vector<Changed> all;
  for (const auto& [source, files] : by_source) {
    SG_ASSIGN(const auto number, action == Action::replay ? pull_files::replay(session, source, files, now)
                                                          : pull_files::skip(session, source, files, now));
    if (number > 0) all.push_back({.source = source, .files = number});
  }
  return all;
}

core::Result<std::vector<Changed>> change_found(Session& session, Action action, const Filter& filter,
                                                core::Instant now) {
  SG_ASSIGN(const auto found, causes(session, filter, most_sources));
  std::vector<Changed> all;
  for (const auto& cause : found) {
    SG_ASSIGN(const auto number, action == Action::replay
                                     ? pull_files::replay_given_up(session, cause.source_id, cause.reason, now)
                                     : pull_files::skip_given_up(session, cause.source_id, cause.reason, now));
    if (number > 0) all.push_back({.source = cause.source_id, .files = number});
  }
  return all;
}

}  // namespace sightglass::database::pull_inbox
