#include "http/station_access.hpp"

#include <string>
#include <utility>

#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::outputs::Output;
using database::stations::Station;
using database::triggers::Trigger;

}  // namespace

Result<Station> captured_station(Session& session, const Request& request) {
  if (const auto id = core::StationId::parse(request.captures.get("id"))) {
    SG_ASSIGN(auto row, database::stations::find(session, *id));
    if (row) return std::move(*row);
  }
  return core::fail(core::not_found("no such station"));
}

Result<Trigger> captured_trigger(Session& session, const Request& request) {
  if (const auto id = core::TriggerId::parse(request.captures.get("id"))) {
    SG_ASSIGN(auto row, database::triggers::find(session, *id));
    if (row) return std::move(*row);
  }
  return core::fail(core::not_found("no such trigger"));
}

Result<Output> captured_output(Session& session, const Request& request) {
  if (const auto id = core::OutputId::parse(request.captures.get("id"))) {
    SG_ASSIGN(auto row, database::outputs::find(session, *id));
    if (row) return std::move(*row);
  }
  return core::fail(core::not_found("no such output"));
}

Result<Station> named_station(Session& session, std::string_view text) {
  if (const auto id = core::StationId::parse(text)) {
    SG_ASSIGN(auto row, database::stations::find(session, *id));
    if (row) return std::move(*row);
  }
  SG_ASSIGN(auto row, database::stations::find_named(session, text));
  if (row) return std::move(*row);
  return core::fail(
      core::invalid_input("station", "station: no station has the name or id \"" + std::string(text) + "\""));
}

void follow_stations(const Services& services) {
  if (const auto refreshed = services.stations.refresh(); !refreshed)
    telemetry::log_warning("the stations are not as configured yet", {{"message", refreshed.error().message}});
}

}  // namespace sightglass::http
