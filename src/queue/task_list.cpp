#include "queue/task_list.hpp"

#include <algorithm>

#include "database/conditions.hpp"
#include "database/dialect.hpp"
#include "database/photo_visibility.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Conditions;
using database::photos::Visibility;

void add_states(Conditions& conditions, const std::vector<core::TaskState>& states) {
  if (states.empty()) return;
  std::string names;
  for (const auto state : states) {
    if (!names.empty()) names += ", ";
    names += conditions.parameter(core::name_of(state));
  }
  conditions.add("t.state IN (" + names + ")");
}

// An id that no task made before `instant` exceeds (RFC 9562, 5.7: the first 48 bits are milliseconds).
core::TaskId least_id_at(core::Instant instant) {
  core::TaskId id;
  const std::int64_t millis = std::max<std::int64_t>(core::to_micros(instant) / 1000, 0);
  for (std::size_t i = 0; i < 6; ++i) id.value.bytes.at(i) = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  return id;
}

// A photo's words are those of one that may be seen: the visibility is asked about it as well.
constexpr std::string_view searched =
    "t.error || ' ' || t.kind || ' ' || "
    "coalesce((SELECT s.original_filename || ' ' || s.description FROM photos s WHERE s.id = t.photo_id), '')";

void add_filter(Conditions& conditions, database::Dialect dialect, const TaskFilter& filter,
                const Visibility& visibility) {
  if (filter.queue) conditions.add("t.queue = ?", {core::name_of(*filter.queue)});
  if (filter.kind)
    conditions.add("t.kind = ?", {*filter.kind});
  else
    conditions.add("t.kind <> ?", {group_kind});
  if (filter.photo) conditions.add("t.photo_id = ?", {*filter.photo});
  if (filter.group) conditions.add("t.group_id = ?", {*filter.group});
  if (filter.code) conditions.add("t.error_code = ?", {*filter.code});
  if (filter.text) database::add_contains(conditions, dialect, searched, *filter.text);
  // Among the ids, which every index of a listing ends with.
  if (filter.from) conditions.add("t.id >= ?", {least_id_at(*filter.from)});
  if (filter.until) conditions.add("t.id < ?", {least_id_at(*filter.until)});
  database::photos::add_visibility(conditions, visibility);
}

// Tasks "t", with their photos "p" where the visibility asks about them.
std::string source(const Visibility& visibility) {
  return visibility.sees_all ? " FROM tasks t" : " FROM tasks t JOIN photos p ON p.id = t.photo_id";
}

}  // namespace

core::Result<std::vector<core::Task>> list(database::Session& session, const TaskFilter& filter,
                                           const Visibility& visibility) {
  Conditions conditions;
  add_states(conditions, filter.states);
  add_filter(conditions, session.dialect(), filter, visibility);
  if (filter.before) conditions.add("t.id < ?", {*filter.before});
  // The page is cut among the ids, so that an index serves the order and only the rows shown are read.
  const std::string page = "SELECT t.id" + source(visibility) + conditions.where() + " ORDER BY t.id DESC LIMIT " +
                           conditions.parameter(std::max(filter.limit, 1));
  return session.all("SELECT " + std::string(task_columns) + " FROM tasks WHERE id IN (" + page + ") ORDER BY id DESC",
                     conditions.parameters(), read_task);
}

core::Result<std::vector<StateCount>> count_states(database::Session& session, const TaskFilter& filter,
                                                   const Visibility& visibility) {
  Conditions conditions;
  add_filter(conditions, session.dialect(), filter, visibility);
  // The kept totals answer what they can: counting a million tasks reads a million entries of an index.
  const bool is_kept = visibility.sees_all && !filter.photo && !filter.group && !filter.code && !filter.text &&
                       !filter.from && !filter.until;
  const std::string none_left = is_kept ? " HAVING sum(t.tasks) > 0" : "";
  const std::string counted =
      is_kept ? "SELECT t.state, sum(t.tasks) FROM task_totals t" : "SELECT t.state, count(*)" + source(visibility);
  return session.all(counted + conditions.where() + " GROUP BY t.state" + none_left + " ORDER BY t.state",
                     conditions.parameters(), [](const database::Row& row) {
                       return StateCount{core::task_state_from_name(row.text(0)).value_or(core::TaskState::available),
                                         row.integer(1)};
                     });
}

}  // namespace sightglass::queue
