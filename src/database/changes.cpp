#include "database/changes.hpp"

#include <algorithm>
#include <iterator>

#include "database/photo_visibility.hpp"

namespace sightglass::database::changes {
namespace {

// Long enough for a page that asks for its rows while it connects: what falls between the two is told again.
constexpr std::string_view lately = "10";

template <typename Enum, std::size_t N>
Enum from_name(const std::string_view (&names)[N], std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  return static_cast<Enum>(found == std::end(names) ? 0 : found - std::begin(names));
}

std::string seconds_now(Dialect dialect) {
  return dialect == Dialect::sqlite ? "strftime('%s', 'now')" : "extract(epoch FROM now())";
}

}  // namespace

core::Result<Range> range(Session& session) {
  // Two statements: a minimum and a maximum in one would read the whole table.
  const auto number = [](const Row& row) { return row.integer(0); };
  SG_ASSIGN(const auto oldest, session.first("SELECT min(seq) FROM changes", {}, number));
  SG_ASSIGN(const auto newest, session.first("SELECT max(seq) FROM changes", {}, number));
  return Range{.oldest = oldest.value_or(0), .newest = newest.value_or(0)};
}

core::Result<std::int64_t> some_seconds_ago(Session& session) {
  SG_ASSIGN(const auto seq, session.first("SELECT coalesce(min(CASE WHEN at >= " + seconds_now(session.dialect()) +
                                              " - " + std::string(lately) +
                                              " THEN seq - 1 END), max(seq), 0) "
                                              "FROM (SELECT seq, at FROM changes ORDER BY seq DESC LIMIT 1000) newest",
                                          {}, [](const Row& row) { return row.integer(0); }));
  return seq.value_or(0);
}

core::Result<std::vector<Change>> after(Session& session, std::int64_t seq, std::int32_t limit) {
  return session.all(
      "SELECT seq, type, change, object_id, job_id, photo_id, user_id FROM changes WHERE seq > $1 ORDER BY seq LIMIT "
      "$2",
      {seq, limit}, [](const Row& row) {
        Change change{.seq = row.integer(0),
                      .type = from_name<Type>(type_names, row.text(1)),
                      .kind = from_name<Kind>(kind_names, row.text(2)),
                      .id = row.string(3),
                      .job = row.optional_integer(4)};
        if (!row.is_null(5)) change.photo = row.string(5);
        if (change.type == Type::notice) change.user = row.string(6);
        return change;
      });
}

core::Result<std::unordered_set<std::int64_t>> visible_after(Session& session, const photos::Visibility& visibility,
                                                             std::int64_t seq) {
  Conditions photo_condition;
  const auto from = photo_condition.parameter(seq);
  photos::add_visibility(photo_condition, visibility);
  // What is not visible by a condition of its own is visible through the photo "p".
  const auto of_photo = photo_condition.where().empty() ? " WHERE 1 = 1" : photo_condition.where();
  std::string told =
      "c.type IN ('asset', 'location', 'model', 'station') OR (c.type <> 'failure' AND p.id IS NOT NULL AND " +
      of_photo.substr(7) + ")";
  if (visibility.sees_all) told = "1 = 1";
  if (!visibility.sees_all && visibility.user) {
    const auto user = photo_condition.parameter(*visibility.user);
    const auto job =
        "(EXISTS (SELECT 1 FROM jobs j WHERE j.id = c.job_id) AND " + photos::may_see_job("c.job_id", user) + ")";
    told += " OR (c.change = 'deleted' AND c.user_id IN (" + user + ", '*'))";
    told += " OR (c.type = 'job' AND " + job + ")";
    told += " OR (c.type = 'failure' AND p.uploaded_by = " + user + ")";
    told += " OR (c.type = 'notice' AND c.user_id = " + user + ")";
    told += " OR (c.type = 'photo' AND c.change = 'deleted' AND c.job_id IS NOT NULL AND " + job + ")";
  }
  std::unordered_set<std::int64_t> visible;
  SG_TRY(session.run("SELECT c.seq FROM changes c LEFT JOIN photos p ON p.id = c.photo_id WHERE c.seq > " + from +
                         " AND (" + told + ")",
                     photo_condition.parameters(), [&](const Row& row) -> core::Result<void> {
                       visible.insert(row.integer(0));
                       return {};
                     }));
  return visible;
}

}  // namespace sightglass::database::changes
