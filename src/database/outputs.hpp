// Who is told of a station's verdicts, and what became of each telling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/station_ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::outputs {

struct Output {
  core::OutputId id{};
  core::StationId station_id{};
  std::string name{};           // unique at its station; 1 … 100 characters
  std::string kind{};           // "webhook", "mqtt", "modbus", "line"
  std::string settings = "{}";  // a JSON object, by kind (docs/stations.md); never a secret
  std::string secret{};         // bytes, sealed; empty: none
  bool is_enabled = true;
  core::Instant created_at{};
  core::Instant updated_at{};
};

enum class DeliveryState : std::uint8_t { pending, delivered, failed };  // failed: given up
std::string_view name_of(DeliveryState state);
std::optional<DeliveryState> delivery_state_from_name(std::string_view name);

struct Delivery {
  core::DeliveryId id{};  // in the order of the verdicts
  core::OutputId output_id{};
  std::optional<core::TriggerId> trigger_id{};  // absent: a test that a person asked for
  std::string node{};                           // that sends it
  std::string message{};                        // JSON: what is told
  DeliveryState state = DeliveryState::pending;
  std::int64_t attempts = 0;
  core::Instant next_at{};
  std::string error{};  // of the last attempt, in words
  core::Instant created_at{};
  std::optional<core::Instant> delivered_at{};
};

// All block.

// conflict when the station has one of this name.
core::Result<void> insert(Session& session, const Output& output);
core::Result<void> update(Session& session, const Output& output);
core::Result<void> remove(Session& session, core::OutputId id);
core::Result<std::optional<Output>> find(Session& session, core::OutputId id);
core::Result<std::vector<Output>> of_station(Session& session, core::StationId station);  // the first made first

core::Result<void> insert(Session& session, const Delivery& delivery);
core::Result<void> update(Session& session, const Delivery& delivery);  // state, attempts, next_at, error, delivered_at
core::Result<std::optional<Delivery>> find_delivery(Session& session, core::DeliveryId id);
// Of each output the oldest that is pending, whether or not its time has come: an output is told in order. Tests are
// before all verdicts, for a person waits.
core::Result<std::vector<Delivery>> next_pending(Session& session, std::string_view node);
core::Result<std::int64_t> count_pending(Session& session, std::string_view node);
// The newest first, behind `before`.
core::Result<std::vector<Delivery>> deliveries(Session& session, core::OutputId output,
                                               std::optional<core::DeliveryId> before, std::int32_t limit);
core::Result<std::vector<Delivery>> deliveries_of(Session& session, core::TriggerId trigger);
// Forgets those that ended before `before`.
core::Result<std::int64_t> prune(Session& session, core::Instant before);

}  // namespace sightglass::database::outputs
