#include "database/photo_filter.hpp"

#include <string>

#include "database/dialect.hpp"
#include "database/photo_rows.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::photos {
namespace {

void add_things(Conditions& conditions, const Filter& filter) {
  if (filter.job) conditions.add("p.job_id = ?", {*filter.job});
  if (filter.asset) conditions.add("p.asset_id = ?", {*filter.asset});
  if (filter.location) conditions.add("p.location_id = ?", {*filter.location});
  if (filter.uploader) conditions.add("p.uploaded_by = ?", {*filter.uploader});
  // The second half tells the planner that the index of known cameras covers it.
  if (filter.camera) conditions.add("p.camera_model = ? AND p.camera_model <> ''", {*filter.camera});
  if (filter.source) conditions.add("p.source = ?", {core::name_of(*filter.source)});
  if (filter.verdict) conditions.add("p.verdict = ?", {*filter.verdict});
  if (filter.kind) conditions.add(*filter.kind == core::PhotoKind::job ? "p.kind = 'job'" : "p.kind = 'field'");
  // Literal, so that the planner sees that a partial index covers it; the words are our own.
  if (filter.status) conditions.add("p.status = '" + std::string(core::name_of(*filter.status)) + "'");
  // Literal too: each side of the trash has its own indexes.
  if (filter.trash == Trash::left_out) conditions.add("p.trashed_at IS NULL");
  if (filter.trash == Trash::alone) conditions.add("p.trashed_at IS NOT NULL");
}

// Of a word on many photos a page is found soonest by looking at photos in order; of a rare one, by its list.
constexpr std::int64_t most_listed = 20'000;

struct WordTable {
  std::string_view name;
  std::string_view column;
};

core::Result<void> add_word(Conditions& conditions, Session& session, const WordTable& table, const std::string& word) {
  const std::string rows = " FROM " + std::string(table.name) + " w WHERE w." + std::string(table.column) + " = ";
  SG_ASSIGN(const auto found, session.first("SELECT count(*) FROM (SELECT 1" + rows + "$1 LIMIT $2) found",
                                            {word, most_listed}, [](const Row& row) { return row.integer(0); }));
  if (found.value_or(0) < most_listed)
    conditions.add("p.id IN (SELECT w.photo_id" + rows + "?)", {word});
  else
    conditions.add("EXISTS (SELECT 1" + rows + "? AND w.photo_id = p.id)", {word});
  return {};
}

void add_box(Conditions& conditions, const core::GeoBox& box) {
  conditions.add("p.latitude BETWEEN ? AND ?", {box.south, box.north});
  if (box.west <= -180 && box.east >= 180) return;  // a million rows need not be asked for nothing
  if (box.west <= box.east)
    conditions.add("p.longitude BETWEEN ? AND ?", {box.west, box.east});
  else
    conditions.add("(p.longitude >= ? OR p.longitude <= ?)", {box.west, box.east});
}

void add_trap_facts(Conditions& conditions, const Filter& filter) {
  if (filter.temperature_from) conditions.add("p.air_temperature >= ?", {*filter.temperature_from});
  if (filter.temperature_to) conditions.add("p.air_temperature <= ?", {*filter.temperature_to});
  if (filter.moon_phase) conditions.add("p.moon_phase = ?", {core::name_of(*filter.moon_phase)});
}

// An index scan takes one bound a side: behind a page key, the bound that the key makes superfluous is left out,
// else the scan would begin at the range's edge again on every page.
void add_times(Conditions& conditions, const Filter& filter, const std::optional<PageKey>& after) {
  const Order order = order_of(filter.sort);
  const bool is_by_taken = order.position == taken_at_column;
  const bool replaces_to =
      after && is_by_taken && order.is_descending && filter.taken_to && after->at < *filter.taken_to;
  const bool replaces_from =
      after && is_by_taken && !order.is_descending && filter.taken_from && after->at >= *filter.taken_from;
  if (filter.taken_from && !replaces_from) conditions.add("p.taken_at >= ?", {*filter.taken_from});
  if (filter.taken_to && !replaces_to) conditions.add("p.taken_at < ?", {*filter.taken_to});
  if (after)
    conditions.add("(" + std::string(order.column) + ", p.id) " + (order.is_descending ? "<" : ">") + " (?, ?)",
                   {after->at, after->id});
}

}  // namespace

Order order_of(Sort sort) {
  switch (sort) {
    case Sort::newest_taken: return {"p.taken_at", true, taken_at_column};
    case Sort::oldest_taken: return {"p.taken_at", false, taken_at_column};
    case Sort::newest_uploaded: return {"p.uploaded_at", true, uploaded_at_column};
    case Sort::oldest_uploaded: break;
  }
  return {"p.uploaded_at", false, uploaded_at_column};
}

std::string order_clause(Sort sort) {
  const Order order = order_of(sort);
  const std::string_view direction = order.is_descending ? " DESC" : " ASC";
  std::string sql = " ORDER BY ";
  sql.append(order.column).append(direction).append(", p.id").append(direction);
  return sql;
}

core::Result<void> add_filter(Conditions& conditions, Session& session, const Filter& filter,
                              const Visibility& visibility, const std::optional<PageKey>& after) {
  add_things(conditions, filter);
  if (filter.tag) SG_TRY(add_word(conditions, session, {"photo_tags", "tag"}, *filter.tag));
  if (filter.label) SG_TRY(add_word(conditions, session, {"photo_labels", "label"}, *filter.label));
  if (filter.bbox) add_box(conditions, *filter.bbox);
  add_trap_facts(conditions, filter);
  add_times(conditions, filter, after);
  if (filter.text) add_search(conditions, session.dialect(), *filter.text);
  add_visibility(conditions, visibility);
  return {};
}

}  // namespace sightglass::database::photos
