#include "database/photo_failures.hpp"

#include <algorithm>
#include <iterator>

#include "database/conditions.hpp"
#include "database/notices.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::photo_failures {
namespace {

using photos::Visibility;

struct Owner {
  std::optional<core::UserId> user{};
  std::optional<core::JobId> job{};
};

State state_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(state_names, name);
  return static_cast<State>(found == std::end(state_names) ? 0 : found - std::begin(state_names));
}

core::Result<std::string> burst_for(Session& session, std::string_view code, core::Instant now, FailureId fallback) {
  SG_ASSIGN(const auto burst, session.first("SELECT burst FROM photo_failures WHERE code = $1 AND failed_at > $2 "
                                            "ORDER BY failed_at DESC LIMIT 1",
                                            {code, now - burst_gap}, [](const Row& row) { return row.string(0); }));
  return burst.value_or(fallback.to_string());
}

core::Result<void> tell_uploader(Session& session, const NewFailure& failure, core::Instant now) {
  SG_ASSIGN(const auto owner,
            session.first("SELECT uploaded_by, job_id FROM photos WHERE id = $1 AND trashed_at IS NULL",
                          {failure.photo}, [](const Row& row) {
                            Owner found{.user = row.optional_id<core::UserId>(0)};
                            if (!row.is_null(1)) found.job = core::JobId{row.integer(1)};
                            return found;
                          }));
  if (!owner || !owner->user) return {};
  return notices::tell(session,
                       {.user = *owner->user,
                        .kind = failure.code == lost_code ? notices::photo_lost : notices::photo_failed,
                        .code = failure.code,
                        .job = owner->job,
                        .photo = failure.photo,
                        .task = failure.task},
                       now);
}

void add_filter(Conditions& conditions, const Filter& filter, const Visibility& visibility) {
  conditions.add("p.trashed_at IS NULL");
  if (filter.state) conditions.add("f.state = ?", {name_of(*filter.state)});
  if (filter.code) conditions.add("f.code = ?", {*filter.code});
  if (filter.job) conditions.add("p.job_id = ?", {*filter.job});
  if (filter.uploader) conditions.add("p.uploaded_by = ?", {*filter.uploader});
  if (filter.photo) conditions.add("f.photo_id = ?", {*filter.photo});
  if (filter.burst) conditions.add("f.burst = ?", {*filter.burst});
  if (visibility.sees_all) return;
  if (visibility.user)
    conditions.add("p.uploaded_by = ?", {*visibility.user});
  else
    conditions.add("1 = 0");
}

constexpr std::string_view source = " FROM photo_failures f JOIN photos p ON p.id = f.photo_id";

// A job that may not be seen is not named.
std::string shown_columns(Conditions& conditions, const Visibility& visibility) {
  std::string title = "CASE WHEN j.number = '' THEN j.title ELSE trim(j.number || ' ' || j.title) END";
  if (!visibility.sees_all)
    title = "CASE WHEN " + photos::may_see_job("p.job_id", conditions.parameter(visibility.user)) + " THEN " + title +
            " END";
  return "f.id, f.photo_id, f.task_id, f.code, f.error, f.attempts, f.times, f.burst, f.state, f.failed_at, "
         "f.resolution, f.resolved_at, f.resolved_by, p.filename, p.original_filename, p.description, p.job_id, " +
         title + ", p.asset_id, a.name, p.uploaded_by, u.name";
}

ShownFailure read_shown(const Row& row) {
  ShownFailure shown{.failure = {.id = row.id<FailureId>(0),
                                 .photo_id = row.id<core::PhotoId>(1),
                                 .task_id = row.optional_id<core::TaskId>(2),
                                 .code = row.string(3),
                                 .error = row.string(4),
                                 .attempts = static_cast<std::int32_t>(row.integer(5)),
                                 .times = row.integer(6),
                                 .burst = row.string(7),
                                 .state = state_from_name(row.text(8)),
                                 .failed_at = row.instant(9),
                                 .resolution = row.string(10),
                                 .resolved_at = row.optional_instant(11),
                                 .resolved_by = row.string(12)},
                     .filename = row.string(13),
                     .original_filename = row.string(14),
                     .description = row.string(15),
                     .job_title = row.string(17),
                     .asset_id = row.optional_id<core::AssetId>(18),
                     .asset_name = row.string(19),
                     .uploaded_by = row.optional_id<core::UserId>(20),
                     .uploader = row.string(21)};
  if (!row.is_null(16)) shown.job_id = core::JobId{row.integer(16)};
  return shown;
}

core::Result<std::vector<ShownFailure>> select(Session& session, Conditions& conditions, const Visibility& visibility,
                                               std::int32_t limit) {
  const auto columns = shown_columns(conditions, visibility);
  return session.all("SELECT " + columns + std::string(source) +
                         " LEFT JOIN jobs j ON j.id = p.job_id LEFT JOIN assets a ON a.id = p.asset_id "
                         "LEFT JOIN users u ON u.id = p.uploaded_by" +
                         conditions.where() + " ORDER BY f.failed_at DESC, f.id DESC LIMIT " +
                         conditions.parameter(std::max(limit, 1)),
                     conditions.parameters(), read_shown);
}

}  // namespace

std::string_view name_of(State state) { return state_names[static_cast<std::size_t>(state)]; }

core::Result<void> record(Session& session, const NewFailure& failure, core::Instant now) {
  const auto id = FailureId::make(now);
  const std::string_view code = failure.code.empty() ? "internal" : failure.code;
  SG_ASSIGN(const auto burst, burst_for(session, code, now, id));
  SG_TRY(
      session.execute("INSERT INTO photo_failures (id, photo_id, task_id, code, error, attempts, times, burst, state, "
                      "failed_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, 'open', $8) "
                      "ON CONFLICT (photo_id) WHERE state <> 'resolved' DO UPDATE SET task_id = excluded.task_id, "
                      "burst = CASE photo_failures.code WHEN excluded.code THEN photo_failures.burst "
                      "ELSE excluded.burst END, "
                      "code = excluded.code, error = excluded.error, attempts = excluded.attempts, "
                      "times = photo_failures.times + 1, state = 'open', failed_at = excluded.failed_at",
                      {id, failure.photo, failure.task, code, failure.error, failure.attempts, burst, now}));
  return tell_uploader(session, failure, now);
}

core::Result<bool> record_lost(Session& session, core::PhotoId photo, std::string_view error, core::Instant now) {
  SG_ASSIGN(const auto known,
            session.first("SELECT 1 FROM photo_failures WHERE photo_id = $1 AND (state <> 'resolved' OR "
                          "(code = $2 AND resolution = 'skipped')) UNION ALL "
                          "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM photos WHERE id = $1) LIMIT 1",
                          {photo, lost_code}, [](const Row&) { return true; }));
  if (known) return false;
  SG_TRY(record(session, {.photo = photo, .code = lost_code, .error = error}, now));
  return true;
}

core::Result<bool> skip(Session& session, FailureId id, std::string_view who, core::Instant now) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE photo_failures SET state = 'resolved', resolution = 'skipped', resolved_at = $2, "
                            "resolved_by = $3 WHERE id = $1 AND state = 'open'",
                            {id, now, who}));
  return changed == 1;
}

core::Result<bool> reopen(Session& session, FailureId id) {
  SG_ASSIGN(
      const auto changed,
      session.execute(
          "UPDATE photo_failures SET state = 'open', resolution = '', resolved_at = NULL, resolved_by = '' "
          "WHERE id = $1 AND resolution = 'skipped' AND NOT EXISTS (SELECT 1 FROM photo_failures other "
          "WHERE other.photo_id = photo_failures.photo_id AND other.state <> 'resolved') AND EXISTS (SELECT 1 FROM "
          "photos p WHERE p.id = photo_failures.photo_id AND (p.status = 'FAILED' OR photo_failures.code = $2))",
          {id, lost_code}));
  return changed == 1;
}

core::Result<std::vector<ShownFailure>> list(Session& session, const Filter& filter, const Visibility& visibility,
                                             const std::optional<PageKey>& after, std::int32_t limit) {
  Conditions conditions;
  add_filter(conditions, filter, visibility);
  if (after) conditions.add("(f.failed_at, f.id) < (?, ?)", {after->at, FailureId{after->id}});
  return select(session, conditions, visibility, limit);
}

core::Result<std::optional<ShownFailure>> find(Session& session, FailureId id, const Visibility& visibility) {
  Conditions conditions;
  add_filter(conditions, {}, visibility);
  conditions.add("f.id = ?", {id});
  SG_ASSIGN(auto found, select(session, conditions, visibility, 1));
  if (found.empty()) return std::optional<ShownFailure>{};
  return std::optional(std::move(found.front()));
}

core::Result<std::vector<Burst>> list_bursts(Session& session, const Filter& filter, const Visibility& visibility,
                                             const std::optional<PageKey>& after, std::int32_t limit) {
  Conditions conditions;
  add_filter(conditions, filter, visibility);
  std::string behind;
  if (after) {
    const auto at = conditions.parameter(after->at);
    behind = " HAVING (max(f.failed_at), f.burst) < (" + at + ", " + conditions.parameter(FailureId{after->id}) + ")";
  }
  return session.all("SELECT f.burst, max(f.code), count(*), min(f.failed_at), max(f.failed_at)" + std::string(source) +
                         conditions.where() + " GROUP BY f.burst" + behind +
                         " ORDER BY max(f.failed_at) DESC, f.burst DESC LIMIT " +
                         conditions.parameter(std::max(limit, 1)),
                     conditions.parameters(), [](const Row& row) {
                       return Burst{.burst = row.string(0),
                                    .code = row.string(1),
                                    .failures = row.integer(2),
                                    .first_at = row.instant(3),
                                    .last_at = row.instant(4)};
                     });
}

core::Result<Counts> count(Session& session, const Filter& filter, const Visibility& visibility) {
  Filter all = filter;
  all.state.reset();
  Conditions conditions;
  add_filter(conditions, all, visibility);
  Counts counts;
  SG_TRY(session.run("SELECT f.state, count(*)" + std::string(source) + conditions.where() + " GROUP BY f.state",
                     conditions.parameters(), [&](const Row& row) -> core::Result<void> {
                       switch (state_from_name(row.text(0))) {
                         case State::open: counts.open = row.integer(1); break;
                         case State::retrying: counts.retrying = row.integer(1); break;
                         case State::resolved: counts.resolved = row.integer(1); break;
                       }
                       return {};
                     }));
  return counts;
}

core::Result<std::int64_t> prune(Session& session, core::Instant before) {
  return session.execute("DELETE FROM photo_failures WHERE state = 'resolved' AND resolved_at < $1", {before});
}

}  // namespace sightglass::database::photo_failures
