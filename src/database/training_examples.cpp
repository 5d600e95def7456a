#include "database/training_examples.hpp"

#include <algorithm>
#include <chrono>

#include "database/conditions.hpp"

namespace sightglass::database::training_examples {
namespace {

using core::Result;

constexpr std::string_view decided_states = "('confirmed', 'corrected', 'resolved')";

// A photo's place is its own, else its asset's.
void add_scope(Conditions& conditions, const promotions::Scope& scope) {
  conditions.add("p.trashed_at IS NULL");
  if (scope.kind == "global") return;
  if (scope.kind == "asset") return conditions.add("p.asset_id = ?", {scope.value});
  if (scope.kind == "asset_type")
    return conditions.add("p.asset_id IN (SELECT id FROM assets WHERE type = ?)", {scope.value});
  if (scope.kind == "location")
    return conditions.add(
        "(p.location_id = ? OR (p.location_id IS NULL AND p.asset_id IN (SELECT id FROM assets WHERE location_id = "
        "?)))",
        {scope.value, scope.value});
  conditions.add("1 = 0");
}

std::string group_of(const Row& row) {
  const auto day = std::chrono::floor<std::chrono::days>(row.instant(3));
  return row.string(2) + "|" + core::to_iso8601(day).substr(0, 10);
}

Facts read_facts(const Row& row) {
  return {.photo_id = row.id<core::PhotoId>(0),
          .sha256 = row.sha256(1),
          .group = group_of(row),
          .is_held_out = row.is_null(4) ? std::nullopt : std::optional(row.boolean(4)),
          .mark = row.string(5),
          .marked_by = row.string(6),
          .verdict = row.string(7),
          .defects = row.integer(8),
          .rejected = row.integer(9),
          .open = row.integer(10),
          .decided_by = row.string(11)};
}

// The statement for the photos that `conditions` leave. A verdict without a word on whose it is, is a person's
// (photo_verdicts.cpp).
std::string select_facts(Conditions& conditions, const Question& question) {
  const auto state = [](std::string_view wanted) {
    return "(SELECT count(*) FROM findings f WHERE f.photo_id = p.id AND f.kind = k.kind AND f.state " +
           std::string(wanted) + ")";
  };
  const std::string kind = conditions.parameter(core::name_of(question.kind));
  const std::string task = conditions.parameter(question.task);
  const std::string scope_kind = conditions.parameter(question.scope.kind);
  const std::string scope_value = conditions.parameter(question.scope.value);
  return "SELECT p.id, p.sha256, coalesce(p.asset_id, p.source), p.taken_at, s.is_held_out, m.mark, m.marked_by, "
         "CASE WHEN coalesce(v.is_by_person, 1) = 1 THEN p.verdict ELSE '' END, " +
         state("IN " + std::string(decided_states)) + ", " + state("= 'rejected'") + ", " + state("= 'open'") +
         ", (SELECT max(f.decided_by) FROM findings f WHERE f.photo_id = p.id AND f.kind = k.kind) "
         "FROM photos p CROSS JOIN (SELECT CAST(" +
         kind +
         " AS TEXT) AS kind) k LEFT JOIN photo_verdicts v ON v.photo_id = p.id "
         "LEFT JOIN training_sides s ON s.photo_id = p.id LEFT JOIN training_marks m ON m.photo_id = p.id AND m.task "
         "= " +
         task + " AND m.scope_kind = " + scope_kind + " AND m.scope_value = " + scope_value;
}

}  // namespace

Result<std::vector<Facts>> facts(Session& session, const Question& question) {
  Conditions conditions;
  add_scope(conditions, question.scope);
  conditions.add(
      "(m.mark IS NOT NULL OR (p.verdict <> '' AND coalesce(v.is_by_person, 1) = 1) OR EXISTS (SELECT 1 FROM findings "
      "f "
      "WHERE f.photo_id = p.id AND f.kind = k.kind AND f.state IN ('confirmed', 'corrected', 'resolved', "
      "'rejected')))");
  const std::string select = select_facts(conditions, question);
  const std::string sql = select + conditions.where() + " ORDER BY p.id DESC LIMIT " + conditions.parameter(most_facts);
  return session.all(sql, conditions.parameters(), read_facts);
}

Result<std::optional<Facts>> facts_of(Session& session, const Question& question, core::PhotoId photo) {
  Conditions conditions;
  add_scope(conditions, question.scope);
  conditions.add("p.id = ?", {photo});
  const std::string select = select_facts(conditions, question);
  return session.first(select + conditions.where(), conditions.parameters(), read_facts);
}

Result<std::vector<Taught>> taught(Session& session, const Question& question) {
  Conditions conditions;
  add_scope(conditions, question.scope);
  conditions.add("f.kind = ? AND f.state IN ('confirmed', 'corrected', 'resolved')", {core::name_of(question.kind)});
  const std::string sql =
      "SELECT f.id, f.photo_id, f.class, f.x, f.y, f.width, f.height, f.decided_by FROM findings f "
      "JOIN photos p ON p.id = f.photo_id" +
      conditions.where() + " ORDER BY f.photo_id DESC, f.id LIMIT " + conditions.parameter(most_facts);
  return session.all(sql, conditions.parameters(), [](const Row& row) {
    Taught one{.finding_id = row.id<core::FindingId>(0),
               .photo_id = row.id<core::PhotoId>(1),
               .class_name = row.string(2),
               .decided_by = row.string(7)};
    if (!row.is_null(3))
      one.box = core::Box{.x = row.real(3), .y = row.real(4), .width = row.real(5), .height = row.real(6)};
    return one;
  });
}

Result<void> put_mark(Session& session, const Question& question, const Mark& mark, core::Instant now) {
  if (mark.mark.empty()) {
    SG_TRY(
        session.execute("DELETE FROM training_marks WHERE photo_id = $1 AND task = $2 AND scope_kind = $3 AND "
                        "scope_value = $4",
                        {mark.photo_id, question.task, question.scope.kind, question.scope.value}));
    return {};
  }
  SG_TRY(session.execute(
      "INSERT INTO training_marks (photo_id, task, scope_kind, scope_value, mark, marked_by, marked_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (photo_id, task, scope_kind, scope_value) "
      "DO UPDATE SET mark = excluded.mark, marked_by = excluded.marked_by, "
      "marked_at = excluded.marked_at",
      {mark.photo_id, question.task, question.scope.kind, question.scope.value, mark.mark, mark.marked_by, now}));
  return {};
}

Result<void> put_sides(Session& session, std::span<const Side> sides, core::Instant now) {
  for (const Side& side : sides)
    SG_TRY(
        session.execute("INSERT INTO training_sides (photo_id, is_held_out, decided_at) VALUES ($1, $2, $3) "
                        "ON CONFLICT (photo_id) DO NOTHING",
                        {side.photo_id, side.is_held_out, now}));
  return {};
}

}  // namespace sightglass::database::training_examples
