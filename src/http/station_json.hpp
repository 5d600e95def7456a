// Stations and the ids that wait there, as clients see them.
#pragma once

#include <vector>

#include "core/json_writer.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/stations.hpp"
#include "database/waiting_ids.hpp"
#include "stations/station_events.hpp"

namespace sightglass::http {

// A row with what the database says around it.
struct StationFacts {
  database::stations::Station row{};
  database::stations::Day today{};
  std::vector<database::waiting_ids::WaitingId> waiting{};
};

// Blocks.
core::Result<StationFacts> read_facts(database::Session& session, database::stations::Station row, core::Instant now);

void write_station(core::JsonWriter& json, const StationFacts& facts, const stations::StationStatus& status);
// {"results":[…]}
std::string waiting_json(const std::vector<database::waiting_ids::WaitingId>& waiting);

}  // namespace sightglass::http
