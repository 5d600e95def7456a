// The station, trigger or output that a route names. Who may see stations sees all of them.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/outputs.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "http/services.hpp"

namespace sightglass::http {

// By the segment "{id}". All block on the database; not_found for text that is no id, too.
core::Result<database::stations::Station> captured_station(database::Session& session, const Request& request);
core::Result<database::triggers::Trigger> captured_trigger(database::Session& session, const Request& request);
core::Result<database::outputs::Output> captured_output(database::Session& session, const Request& request);

// What a body names, by id or name; invalid_input naming `station` when unknown. Blocks.
core::Result<database::stations::Station> named_station(database::Session& session, std::string_view text);

// Rows are right: running stations follow them now, or at the next look. Blocks.
void follow_stations(const Services& services);

}  // namespace sightglass::http
