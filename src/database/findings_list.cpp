#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "database/conditions.hpp"
#include "database/finding_rows.hpp"
#include "database/findings.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::findings {
namespace {

constexpr std::int32_t largest_page = 500;

constexpr std::string_view joined = " FROM findings f JOIN photos p ON p.id = f.photo_id";

std::string select_listed() {
  return "SELECT " + columns_of_findings() +
         ", p.width, p.height, p.rotation, l.id, l.name, l.latitude, l.longitude, l.altitude" + std::string(joined) +
         " LEFT JOIN locations l ON l.id = p.location_id";
}

std::optional<core::Location> read_location(const Row& row, int first) {
  if (row.is_null(first)) return std::nullopt;
  core::Location location{.id = row.id<core::LocationId>(first), .name = row.string(first + 1)};
  if (!row.is_null(first + 2) && !row.is_null(first + 3))
    location.position = core::GeoPosition{row.real(first + 2), row.real(first + 3), row.optional_real(first + 4)};
  return location;
}

Listed read_listed(const Row& row) {
  const int photo = count_of_columns();
  Listed listed{
      .finding = read_finding(row),
      .upright = {static_cast<std::int32_t>(row.integer(photo)), static_cast<std::int32_t>(row.integer(photo + 1))},
      .location = read_location(row, photo + 3)};
  if (row.integer(photo + 2) % 180 != 0) std::swap(listed.upright.width, listed.upright.height);
  return listed;
}

struct Order {
  std::string_view expression;
  bool is_descending;
  bool is_real;  // else a time
};

Order order_of(Sort sort) {
  switch (sort) {
    case Sort::newest: return {"f.created_at", true, false};
    case Sort::oldest: return {"f.created_at", false, false};
    case Sort::confidence: return {"f.confidence", true, true};
    case Sort::uncertain: break;
  }
  return {"abs(f.confidence - 0.5)", false, true};
}

PageKey key_of(Sort sort, const core::Finding& finding) {
  if (!order_of(sort).is_real) return {core::to_micros(finding.created_at), finding.id};
  const double number = sort == Sort::confidence ? finding.confidence : std::abs(finding.confidence - 0.5);
  return {std::bit_cast<std::int64_t>(number), finding.id};
}

void add_photo_conditions(Conditions& conditions, const Filter& filter) {
  if (filter.photo) conditions.add("f.photo_id = ?", {*filter.photo});
  if (filter.asset) conditions.add("p.asset_id = ?", {*filter.asset});
  if (filter.job) conditions.add("p.job_id = ?", {*filter.job});
  if (filter.location) conditions.add("p.location_id = ?", {*filter.location});
  conditions.add("p.trashed_at IS NULL");
}

void add_conditions(Conditions& conditions, const Filter& filter) {
  if (filter.kind) conditions.add("f.kind = ?", {core::name_of(*filter.kind)});
  if (filter.state) conditions.add("f.state = ?", {core::name_of(*filter.state)});
  if (filter.meter) conditions.add("f.meter_id = ?", {*filter.meter});
  if (filter.class_name) conditions.add("f.class = ?", {*filter.class_name});
  if (filter.model) conditions.add("f.model = ?", {*filter.model});
  if (filter.burst) conditions.add("f.burst = ? AND f.burst <> ''", {*filter.burst});
  if (filter.is_first_of_burst)
    conditions.add(
        "(f.burst = '' OR NOT EXISTS (SELECT 1 FROM findings b JOIN photos bp ON bp.id = b.photo_id WHERE "
        "b.burst = f.burst AND b.burst <> '' AND b.kind = f.kind AND b.state = 'open' AND b.id < f.id AND "
        "bp.trashed_at IS NULL))");
  if (filter.least_confidence) conditions.add("f.confidence >= ?", {*filter.least_confidence});
  if (filter.from) conditions.add("f.created_at >= ?", {*filter.from});
  if (filter.to) conditions.add("f.created_at < ?", {*filter.to});
}

void add_start(Conditions& conditions, Sort sort, const std::optional<PageKey>& after) {
  if (!after) return;
  const Order order = order_of(sort);
  const Value number = order.is_real ? Value(std::bit_cast<double>(after->number)) : Value(after->number);
  conditions.add("(" + std::string(order.expression) + ", f.id) " + (order.is_descending ? "<" : ">") + " (?, ?)",
                 {number, after->id});
}

}  // namespace

core::Result<std::optional<Listed>> find_listed(Session& session, core::FindingId id) {
  return session.first(select_listed() + " WHERE f.id = $1", {id}, read_listed);
}

core::Result<Page> list(Session& session, const Filter& filter, const photos::Visibility& visibility,
                        const std::optional<PageKey>& after) {
  const auto limit = static_cast<std::size_t>(std::clamp(filter.limit, 1, largest_page));
  Conditions conditions;
  add_conditions(conditions, filter);
  add_photo_conditions(conditions, filter);
  add_start(conditions, filter.sort, after);
  photos::add_visibility(conditions, visibility);
  const Order order = order_of(filter.sort);
  const std::string direction = order.is_descending ? " DESC" : " ASC";
  const std::string sql = select_listed() + conditions.where() + " ORDER BY " + std::string(order.expression) +
                          direction + ", f.id" + direction + " LIMIT " +
                          conditions.parameter(static_cast<std::int64_t>(limit) + 1);
  Page page;
  SG_ASSIGN(page.findings, session.all(sql, conditions.parameters(), read_listed));
  if (page.findings.size() > limit) {
    page.findings.pop_back();
    page.next = key_of(filter.sort, page.findings.back().finding);
  }
  return page;
}

core::Result<Waiting> waiting(Session& session, core::FindingKind kind, const photos::Visibility& visibility,
                              std::int64_t most) {
  Conditions conditions;
  conditions.add("f.kind = ?", {core::name_of(kind)});
  conditions.add("f.state = 'open'");
  conditions.add("p.trashed_at IS NULL");
  photos::add_visibility(conditions, visibility);
  SG_ASSIGN(
      const auto found,
      session.first("SELECT count(*), min(created_at) FROM (SELECT f.created_at" + std::string(joined) +
                        conditions.where() + " ORDER BY f.created_at LIMIT " + conditions.parameter(most) + ") waiting",
                    conditions.parameters(),
                    [](const Row& row) { return Waiting{.open = row.integer(0), .oldest = row.optional_instant(1)}; }));
  return found.value_or(Waiting{});
}

}  // namespace sightglass::database::findings
