// The journal of triggered inspections: one row for each trigger, whatever became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/station_ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::triggers {

// docs/stations.md draws which follows which.
enum class State : std::uint8_t {
  received,  // the trigger and its id are a pair; its picture is in memory, or spilled
  judged,    // the verdict holds; the original is durable
  built,     // the inspection is whole below inspections/, and on its way to its place
  filed,     // it is at its place; the end
  failed,    // its picture could not be judged or kept; the end
  lost       // there never was a whole picture; the end
};
std::string_view name_of(State state);
std::optional<State> state_from_name(std::string_view name);

struct Trigger {
  core::TriggerId id{};
  std::optional<core::StationId> station_id{};  // absent: it was removed since
  std::string station_name{};
  std::string node{};  // whose disk its files are on
  std::string name{};  // "triggered_capture_20261121_101112_123", unique
  std::optional<std::string> image_id{};
  std::int64_t frame_number = 0;  // the camera's
  std::optional<std::int64_t> device_ns{};
  core::Instant triggered_at{};
  core::Instant journaled_at{};
  std::optional<core::Instant> judged_at{};
  std::optional<core::Instant> durable_at{};  // when all its files were whole and at their place
  State state = State::received;
  std::string verdict{};  // "OK", "NG"; empty before it is judged
  std::string reason{};   // why it is NG although nothing was judged, in words; empty else
  std::optional<double> score{};
  std::optional<double> threshold{};
  std::string model{};  // "name@version"; empty when nothing was judged
  std::int64_t recipe_version = 1;
  std::string recipe = "{}";
  std::string camera_name{};
  std::string serial{};
  std::string settings = "{}";  // the camera's, as they were in force
  bool is_simulated = false;
  std::string results = "{}";  // as results.json has them: boxes, times
  std::string folder{};        // below the data directory: "inspections/…", "triggered_inspections/…"; empty: no files
  std::string error{};         // what went wrong, in words; also of one that is filed after all
  bool is_late = false;
  std::optional<core::PhotoId> photo_id{};
  std::optional<core::Instant> superseded_at{};
};

// All block.

// conflict when the name is taken.
core::Result<void> insert(Session& session, const Trigger& trigger);
// All but id, station, node, name, frame and triggered_at.
core::Result<void> update(Session& session, const Trigger& trigger);
core::Result<std::optional<Trigger>> find(Session& session, core::TriggerId id);
// Of this node those that are not at an end, the oldest first.
core::Result<std::vector<Trigger>> unfinished(Session& session, std::string_view node);
// A server with a store of its own was given another name: what it did under the old one is its own.
core::Result<void> adopt(Session& session, std::string_view node);
// The one that stands at the plain place of the id on this node.
core::Result<std::optional<Trigger>> newest_of(Session& session, std::string_view node, std::string_view image_id);

struct Filter {
  std::optional<core::StationId> station{};
  std::optional<std::string> image_id{};
  std::optional<std::string> verdict{};
  std::optional<State> state{};
  std::optional<core::Instant> from{}, to{};  // triggered_at: from, up to and without to
  // Where the page before ended.
  std::optional<core::Instant> before{};
  std::optional<core::TriggerId> before_id{};
  std::int32_t limit = 50;
};
core::Result<std::vector<Trigger>> list(Session& session, const Filter& filter);  // the newest first

}  // namespace sightglass::database::triggers
