#include "database/triggers.hpp"

#include <algorithm>
#include <iterator>

#include "database/conditions.hpp"

namespace sightglass::database::triggers {
namespace {

constexpr std::string_view state_names[] = {"received", "judged", "built", "filed", "failed", "lost"};

const std::string columns =
    "id, station_id, station_name, node, name, image_id, frame_number, device_ns, triggered_at, journaled_at, "
    "judged_at, "
    "durable_at, state, verdict, reason, score, threshold, model, recipe_version, recipe, camera_name, serial, "
    "settings, "
    "is_simulated, results, folder, error, is_late, photo_id, superseded_at";
const std::string select_triggers = "SELECT " + columns + " FROM triggers";

std::optional<std::string> optional_string(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.string(column));
}

Trigger read_trigger(const Row& row) {
  return {.id = row.id<core::TriggerId>(0),
          .station_id = row.optional_id<core::StationId>(1),
          .station_name = row.string(2),
          .node = row.string(3),
          .name = row.string(4),
          .image_id = optional_string(row, 5),
          .frame_number = row.integer(6),
          .device_ns = row.optional_integer(7),
          .triggered_at = row.instant(8),
          .journaled_at = row.instant(9),
          .judged_at = row.optional_instant(10),
          .durable_at = row.optional_instant(11),
          .state = state_from_name(row.text(12)).value_or(State::failed),
          .verdict = row.string(13),
          .reason = row.string(14),
          .score = row.optional_real(15),
          .threshold = row.optional_real(16),
          .model = row.string(17),
          .recipe_version = row.integer(18),
          .recipe = row.string(19),
          .camera_name = row.string(20),
          .serial = row.string(21),
          .settings = row.string(22),
          .is_simulated = row.boolean(23),
          .results = row.string(24),
          .folder = row.string(25),
          .error = row.string(26),
          .is_late = row.boolean(27),
          .photo_id = row.optional_id<core::PhotoId>(28),
          .superseded_at = row.optional_instant(29)};
}

}  // namespace

std::string_view name_of(State state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<State> state_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(state_names, name);
  if (found == std::end(state_names)) return std::nullopt;
  return static_cast<State>(found - std::begin(state_names));
}

core::Result<void> insert(Session& session, const Trigger& t) {
  SG_TRY(session.execute(
      "INSERT INTO triggers (" + columns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
          "$19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)",
      {t.id,        t.station_id,   t.station_name, t.node,      t.name,           t.image_id,       t.frame_number,
       t.device_ns, t.triggered_at, t.journaled_at, t.judged_at, t.durable_at,     name_of(t.state), t.verdict,
       t.reason,    t.score,        t.threshold,    t.model,     t.recipe_version, t.recipe,         t.camera_name,
       t.serial,    t.settings,     t.is_simulated, t.results,   t.folder,         t.error,          t.is_late,
       t.photo_id,  t.superseded_at}));
  return {};
}

core::Result<void> update(Session& session, const Trigger& t) {
  SG_TRY(session.execute(
      "UPDATE triggers SET image_id = $2, judged_at = $3, durable_at = $4, state = $5, verdict = $6, reason = $7, "
      "score = $8, threshold = $9, model = $10, results = $11, folder = $12, error = $13, is_late = $14, photo_id = "
      "$15, "
      "superseded_at = $16 WHERE id = $1",
      {t.id, t.image_id, t.judged_at, t.durable_at, name_of(t.state), t.verdict, t.reason, t.score, t.threshold,
       t.model, t.results, t.folder, t.error, t.is_late, t.photo_id, t.superseded_at}));
  return {};
}

core::Result<std::optional<Trigger>> find(Session& session, core::TriggerId id) {
  return session.first(select_triggers + " WHERE id = $1", {id}, read_trigger);
}

core::Result<std::vector<Trigger>> unfinished(Session& session, std::string_view node) {
  return session.all(
      select_triggers + " WHERE node = $1 AND state IN ('received', 'judged', 'built') ORDER BY triggered_at, id",
      {node}, read_trigger);
}

core::Result<void> adopt(Session& session, std::string_view node) {
  // Both ways along the index: nothing is read where all rows are this node's.
  for (const std::string_view other : {"node < $1", "node > $1"})
    SG_TRY(session.execute("UPDATE triggers SET node = $1 WHERE " + std::string(other), {node}));
  SG_TRY(session.execute("UPDATE deliveries SET node = $1 WHERE node <> $1 AND state = 'pending'", {node}));
  return {};
}

core::Result<std::optional<Trigger>> newest_of(Session& session, std::string_view node, std::string_view image_id) {
  return session.first(select_triggers +
                           " WHERE image_id = $2 AND node = $1 AND state = 'filed' AND superseded_at IS NULL "
                           "ORDER BY triggered_at DESC, id DESC LIMIT 1",
                       {node, image_id}, read_trigger);
}

core::Result<std::vector<Trigger>> list(Session& session, const Filter& filter) {
  Conditions where;
  if (filter.station) where.add("station_id = " + where.parameter(*filter.station));
  if (filter.image_id) where.add("image_id = " + where.parameter(*filter.image_id));
  if (filter.verdict) where.add("verdict = " + where.parameter(*filter.verdict));
  if (filter.state) where.add("state = " + where.parameter(name_of(*filter.state)));
  if (filter.from) where.add("triggered_at >= " + where.parameter(*filter.from));
  if (filter.to) where.add("triggered_at < " + where.parameter(*filter.to));
  if (filter.before && filter.before_id) {
    const auto at = where.parameter(*filter.before);
    where.add("(triggered_at, id) < (" + at + ", " + where.parameter(*filter.before_id) + ")");
  }
  const auto limit = where.parameter(filter.limit);
  return session.all(select_triggers + where.where() + " ORDER BY triggered_at DESC, id DESC LIMIT " + limit,
                     where.parameters(), read_trigger);
}

}  // namespace sightglass::database::triggers
