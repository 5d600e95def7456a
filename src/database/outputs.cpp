#include "database/outputs.hpp"

#include <algorithm>
#include <iterator>

namespace sightglass::database::outputs {
namespace {

constexpr std::string_view state_names[] = {"pending", "delivered", "failed"};

const std::string select_outputs =
    "SELECT id, station_id, name, kind, settings, secret, is_enabled, created_at, updated_at FROM outputs";
const std::string select_deliveries =
    "SELECT id, output_id, trigger_id, node, message, state, attempts, next_at, error, created_at, delivered_at "
    "FROM deliveries";

Output read_output(const Row& row) {
  return {.id = row.id<core::OutputId>(0),
          .station_id = row.id<core::StationId>(1),
          .name = row.string(2),
          .kind = row.string(3),
          .settings = row.string(4),
          .secret = std::string(row.bytes(5)),
          .is_enabled = row.boolean(6),
          .created_at = row.instant(7),
          .updated_at = row.instant(8)};
}

Delivery read_delivery(const Row& row) {
  return {.id = row.id<core::DeliveryId>(0),
          .output_id = row.id<core::OutputId>(1),
          .trigger_id = row.optional_id<core::TriggerId>(2),
          .node = row.string(3),
          .message = row.string(4),
          .state = delivery_state_from_name(row.text(5)).value_or(DeliveryState::failed),
          .attempts = row.integer(6),
          .next_at = row.instant(7),
          .error = row.string(8),
          .created_at = row.instant(9),
          .delivered_at = row.optional_instant(10)};
}

}  // namespace

std::string_view name_of(DeliveryState state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<DeliveryState> delivery_state_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(state_names, name);
  if (found == std::end(state_names)) return std::nullopt;
  return static_cast<DeliveryState>(found - std::begin(state_names));
}

core::Result<void> insert(Session& session, const Output& output) {
  SG_TRY(session.execute(
      "INSERT INTO outputs (id, station_id, name, kind, settings, secret, is_enabled, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {output.id, output.station_id, output.name, output.kind, output.settings, Bytes{output.secret}, output.is_enabled,
       output.created_at, output.updated_at}));
  return {};
}

core::Result<void> update(Session& session, const Output& output) {
  SG_TRY(session.execute(
      "UPDATE outputs SET name = $2, settings = $3, secret = $4, is_enabled = $5, updated_at = $6 WHERE id = $1",
      {output.id, output.name, output.settings, Bytes{output.secret}, output.is_enabled, output.updated_at}));
  return {};
}

core::Result<void> remove(Session& session, core::OutputId id) {
  SG_TRY(session.execute("DELETE FROM outputs WHERE id = $1", {id}));
  return {};
}

core::Result<std::optional<Output>> find(Session& session, core::OutputId id) {
  return session.first(select_outputs + " WHERE id = $1", {id}, read_output);
}

core::Result<std::vector<Output>> of_station(Session& session, core::StationId station) {
  return session.all(select_outputs + " WHERE station_id = $1 ORDER BY created_at, id", {station}, read_output);
}

core::Result<void> insert(Session& session, const Delivery& delivery) {
  SG_TRY(session.execute(
      "INSERT INTO deliveries (id, output_id, trigger_id, node, message, state, attempts, next_at, error, created_at, "
      "delivered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {delivery.id, delivery.output_id, delivery.trigger_id, delivery.node, delivery.message, name_of(delivery.state),
       delivery.attempts, delivery.next_at, delivery.error, delivery.created_at, delivery.delivered_at}));
  return {};
}

core::Result<void> update(Session& session, const Delivery& delivery) {
  SG_TRY(session.execute(
      "UPDATE deliveries SET state = $2, attempts = $3, next_at = $4, error = $5, delivered_at = $6 WHERE id = $1",
      {delivery.id, name_of(delivery.state), delivery.attempts, delivery.next_at, delivery.error,
       delivery.delivered_at}));
  return {};
}

core::Result<std::optional<Delivery>> find_delivery(Session& session, core::DeliveryId id) {
  return session.first(select_deliveries + " WHERE id = $1", {id}, read_delivery);
}

core::Result<std::vector<Delivery>> next_pending(Session& session, std::string_view node) {
  return session.all(select_deliveries +
                         " WHERE id IN (SELECT coalesce(min(CASE WHEN trigger_id IS NULL THEN id END), min(id)) FROM "
                         "deliveries WHERE node = $1 AND state = 'pending' GROUP BY output_id) ORDER BY next_at, id",
                     {node}, read_delivery);
}

core::Result<std::int64_t> count_pending(Session& session, std::string_view node) {
  SG_ASSIGN(const auto count, session.first("SELECT count(*) FROM deliveries WHERE node = $1 AND state = 'pending'",
                                            {node}, [](const Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

core::Result<std::vector<Delivery>> deliveries(Session& session, core::OutputId output,
                                               std::optional<core::DeliveryId> before, std::int32_t limit) {
  if (before)
    return session.all(select_deliveries + " WHERE output_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                       {output, *before, limit}, read_delivery);
  return session.all(select_deliveries + " WHERE output_id = $1 ORDER BY id DESC LIMIT $2", {output, limit},
                     read_delivery);
}

core::Result<std::vector<Delivery>> deliveries_of(Session& session, core::TriggerId trigger) {
  return session.all(select_deliveries + " WHERE trigger_id = $1 ORDER BY id", {trigger}, read_delivery);
}

core::Result<std::int64_t> prune(Session& session, core::Instant before) {
  return session.execute("DELETE FROM deliveries WHERE state <> 'pending' AND created_at < $1", {before});
}

}  // namespace sightglass::database::outputs
