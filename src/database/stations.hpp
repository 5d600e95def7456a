// Inspection stations: a camera, what starts its frames, and what is made of them (docs/stations.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "core/station_ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::stations {

struct Station {
  core::StationId id{};
  std::string name{};                         // unique; 1 … 100 characters
  std::optional<core::CameraId> camera_id{};  // absent: it was removed, or none was chosen yet
  std::string trigger = "{}";                 // a JSON object: what starts a frame
  std::string recipe = "{}";                  // a JSON object: stations/recipe.hpp
  std::int64_t recipe_version = 1;            // rises with each change of the recipe
  bool is_enabled = true;
  core::Instant created_at{};
  core::Instant updated_at{};
};

// What was counted on one day of UTC.
struct Day {
  std::string day{};          // "2026-11-21"
  std::int64_t triggers = 0;  // all
  std::int64_t ok = 0;
  std::int64_t ng = 0;
  std::int64_t lost = 0;    // without a picture
  std::int64_t failed = 0;  // whose picture could not be kept or filed
  std::int64_t late = 0;    // judged later than the recipe allows
};

// All block.

// conflict when the name is in use.
core::Result<void> insert(Session& session, const Station& station);
core::Result<void> update(Session& session, const Station& station);
core::Result<void> remove(Session& session, core::StationId id);
core::Result<std::optional<Station>> find(Session& session, core::StationId id);
core::Result<std::optional<Station>> find_named(Session& session, std::string_view name);
core::Result<std::vector<Station>> list(Session& session);  // the first made first

// Adds `by` to the day's row, which is made when it is not there.
core::Result<void> count(Session& session, core::StationId id, const Day& by);
// The day that is counted; one of zeros when nothing was.
core::Result<Day> counted(Session& session, core::StationId id, std::string_view day);
std::string day_of(core::Instant at);  // of UTC

}  // namespace sightglass::database::stations
