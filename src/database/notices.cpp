#include "database/notices.hpp"

#include <algorithm>

#include "database/conditions.hpp"

namespace sightglass::database::notices {
namespace {

constexpr std::string_view columns =
    "id, kind, code, job_id, photo_id, task_id, photos, created_at, updated_at, read_at, source_id, "
    "coalesce((SELECT name FROM pull_sources WHERE pull_sources.id = notices.source_id), '')";

Notice read_notice(const Row& row) {
  Notice notice{.id = row.id<NoticeId>(0),
                .kind = row.string(1),
                .code = row.string(2),
                .photo = row.id<core::PhotoId>(4),
                .task = row.optional_id<core::TaskId>(5),
                .photos = row.integer(6),
                .source = core::PullSourceId::parse(row.text(10)),
                .source_name = row.string(11),
                .created_at = row.instant(7),
                .updated_at = row.instant(8),
                .read_at = row.optional_instant(9)};
  if (row.integer(3) > 0) notice.job = core::JobId{row.integer(3)};
  return notice;
}

std::int64_t number_of(const std::optional<core::JobId>& job) { return job ? job->value : 0; }

std::string text_of(const std::optional<core::PullSourceId>& source) { return source ? source->to_string() : ""; }

core::Result<void> close_old(Session& session, const NewNotice& notice, core::Instant now) {
  SG_TRY(
      session.execute("UPDATE notices SET is_gathering = 0 WHERE user_id = $1 AND kind = $2 AND job_id = $3 AND "
                      "source_id = $5 AND is_gathering = 1 AND updated_at < $4",
                      {notice.user, notice.kind, number_of(notice.job), now - gathering, text_of(notice.source)}));
  return {};
}

// One statement, so that of two that tell at once one makes the notice and the other adds to it.
core::Result<NoticeId> find_or_make(Session& session, const NewNotice& notice, core::Instant now) {
  SG_ASSIGN(const auto id,
            session.first("INSERT INTO notices (id, user_id, kind, code, job_id, photo_id, task_id, photos, "
                          "is_gathering, created_at, updated_at, source_id) "
                          "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, $8, $8, $9) "
                          "ON CONFLICT (user_id, kind, job_id, source_id) WHERE is_gathering = 1 DO UPDATE SET "
                          "code = CASE notices.code WHEN excluded.code THEN excluded.code ELSE '' END, "
                          "photo_id = excluded.photo_id, task_id = excluded.task_id, updated_at = excluded.updated_at "
                          "RETURNING id",
                          {NoticeId::make(now), notice.user, notice.kind, notice.code, number_of(notice.job),
                           notice.photo, notice.task, now, text_of(notice.source)},
                          [](const Row& row) { return row.id<NoticeId>(0); }));
  if (!id) return core::fail(core::internal_error("a notice was neither made nor found"));
  return *id;
}

}  // namespace

core::Result<void> tell(Session& session, const NewNotice& notice, core::Instant now) {
  SG_TRY(close_old(session, notice, now));
  SG_ASSIGN(const auto id, find_or_make(session, notice, now));
  SG_ASSIGN(const auto added,
            session.execute("INSERT INTO notice_photos (notice_id, photo_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                            {id, notice.photo}));
  if (added > 0) SG_TRY(session.execute("UPDATE notices SET photos = photos + 1 WHERE id = $1", {id}));
  return {};
}

core::Result<std::vector<Notice>> list(Session& session, core::UserId user, const Filter& filter) {
  Conditions conditions;
  conditions.add("user_id = ?", {user});
  if (filter.is_unread_only) conditions.add("read_at IS NULL");
  if (filter.before) conditions.add("(updated_at, id) < (?, ?)", {filter.before->at, filter.before->id});
  return session.all("SELECT " + std::string(columns) + " FROM notices" + conditions.where() +
                         " ORDER BY updated_at DESC, id DESC LIMIT " + conditions.parameter(std::max(filter.limit, 1)),
                     conditions.parameters(), read_notice);
}

core::Result<std::int64_t> count_unread(Session& session, core::UserId user) {
  SG_ASSIGN(const auto count, session.first("SELECT count(*) FROM notices WHERE user_id = $1 AND read_at IS NULL",
                                            {user}, [](const Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

core::Result<std::int64_t> mark_read(Session& session, core::UserId user, const std::vector<NoticeId>& ids,
                                     core::Instant now) {
  std::int64_t marked = 0;
  for (const auto id : ids) {
    SG_ASSIGN(const auto changed,
              session.execute("UPDATE notices SET read_at = $3, is_gathering = 0 WHERE id = $1 AND user_id = $2 AND "
                              "read_at IS NULL",
                              {id, user, now}));
    marked += changed;
  }
  return marked;
}

core::Result<std::int64_t> mark_all_read(Session& session, core::UserId user, core::Instant now) {
  return session.execute("UPDATE notices SET read_at = $2, is_gathering = 0 WHERE user_id = $1 AND read_at IS NULL",
                         {user, now});
}

core::Result<std::int64_t> prune(Session& session, core::Instant before) {
  return session.execute("DELETE FROM notices WHERE updated_at < $1", {before});
}

}  // namespace sightglass::database::notices
