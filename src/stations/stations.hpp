// The inspection stations of this node: those whose camera it owns, run as people configured them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/station_ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "stations/station_events.hpp"

namespace sightglass::stations {

// Thread-safe.
class Stations {
 public:
  virtual ~Stations() = default;

  // Runs what rows have and does not run, ends what they have no longer or have otherwise. Blocks on the database and
  // on stations that end.
  virtual core::Result<void> refresh() = 0;
  // Of one that is not run here: all at rest. Never blocks for long.
  virtual StationStatus status(core::StationId id) const = 0;
  // Blocks until the camera was told. conflict when its trigger is not software; unavailable when it does not run here,
  // or the camera is not there.
  virtual core::Result<void> trigger(core::StationId id) = 0;
  // Files an inspection under an id that it got later, and answers with its row. Blocks. not_found; invalid_input for
  // the id; conflict for a trigger that has an id already, or no inspection that could be moved; unavailable when its
  // files are another node's.
  virtual core::Result<database::triggers::Trigger> name(core::TriggerId id, std::string_view image_id) = 0;
  // Of the inspection, whole: "original" or "annotated". not_found when there is none, or it is another node's.
  virtual core::Result<std::filesystem::path> picture(const database::triggers::Trigger& trigger,
                                                      std::string_view which) const = 0;
};

}  // namespace sightglass::stations
