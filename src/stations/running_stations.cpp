#include "stations/running_stations.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "database/cameras.hpp"
#include "stations/deliverer.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using core::Result;
using Station = database::stations::Station;
using database::triggers::State;

}  // namespace

Result<std::unique_ptr<RunningStations>> RunningStations::open(const std::filesystem::path& data, Parts parts,
                                                               StationLimits limits) {
  SG_ASSIGN(auto folders, InspectionFolders::open(data, parts.admission.min_free_bytes()));
  SG_ASSIGN(auto spill, FrameSpill::open(data));
  return std::unique_ptr<RunningStations>(
      new RunningStations(std::move(parts), std::move(folders), std::move(spill), limits));
}

RunningStations::RunningStations(Parts parts, InspectionFolders folders, FrameSpill spill, StationLimits limits)
    : parts_(std::move(parts)),
      folders_(std::move(folders)),
      spill_(std::move(spill)),
      limits_(limits),
      journal_(parts_.database, parts_.clock, parts_.cameras.node(),
               [this](database::Session& session, const database::triggers::Trigger& row) -> Result<void> {
                 SG_TRY(enqueue(session, row, parts_.cameras.node(), parts_.clock.now()));
                 return {};
               }),
      inspector_({.journal = journal_,
                  .folders = folders_,
                  .spill = spill_,
                  .judge = parts_.judge,
                  .decoder = parts_.decoder,
                  .blobs = parts_.blobs,
                  .admission = parts_.admission,
                  .ingest = parts_.ingest,
                  .clock = parts_.clock,
                  .wake_outputs = parts_.wake_outputs}) {}

RunningStations::~RunningStations() {
  is_stopping_ = true;
  if (settling_.joinable()) settling_.join();
  Runs ending;
  {
    const std::scoped_lock lock(mutex_);
    ending.swap(runs_);
  }
}

Result<void> RunningStations::refresh() {
  const std::scoped_lock turn(refreshing_);
  if (!has_looked_) {
    if (parts_.cameras.is_alone()) SG_TRY(journal_.adopt());
    SG_ASSIGN(left_, journal_.unfinished());
    SG_TRY(give_ids_back());
    std::unordered_set<std::string> names, ids;
    for (const auto& row : left_) {
      names.insert(row.name);
      ids.insert(row.id.to_string());
    }
    folders_.remove_unfinished([&](const std::string& name) { return names.contains(name); });
    spill_.remove_others([&](core::TriggerId id) { return ids.contains(id.to_string()); });
    has_looked_ = true;
  }
  SG_ASSIGN(auto rows,
            parts_.database.read([](database::Session& session) { return database::stations::list(session); }));
  std::erase_if(rows, [](const Station& row) { return !row.is_enabled || !row.camera_id; });
  // Ended outside of the lock: a camera is armed for one station at a time, so before others begin.
  auto stale = take_stale(rows);
  for (auto& [id, run] : stale) run.station->end();
  withdraw_ids(stale);
  if (!stale.empty()) SG_TRY(look_at_what_is_left(stale));
  for (const auto& row : rows) run(row, stale.contains(row.id));
  settle_in_background();
  return {};
}

// Before the first trigger comes, which would take the id behind them.
Result<void> RunningStations::give_ids_back() {
  SG_TRY(inspector_.give_ids_back(left_));
  SG_ASSIGN(left_, journal_.unfinished());
  return {};
}

// What a station had not judged when it was ended, because somebody changed it, goes on without it.
Result<void> RunningStations::look_at_what_is_left(const Runs& ended) {
  SG_ASSIGN(auto rows, journal_.unfinished());
  for (auto& row : rows) {
    if (row.station_id && ended.contains(*row.station_id) && row.state != State::built) left_.push_back(std::move(row));
  }
  return {};
}

// Nobody sees the parts that pass until it runs again.
void RunningStations::withdraw_ids(const Runs& ended) {
  for (const auto& [id, run] : ended) {
    const auto withdrawn = journal_.withdraw_ids(id);
    telemetry::log_warning("a station was ended, and the ids that waited are withdrawn",
                           {{"station", run.row.name}, {"withdrawn_ids", withdrawn ? *withdrawn : std::int64_t{-1}}});
  }
}

RunningStations::Runs RunningStations::take_stale(const std::vector<Station>& rows) {
  Runs stale;
  const std::scoped_lock lock(mutex_);
  for (auto it = runs_.begin(); it != runs_.end();) {
    const auto row = std::ranges::find(rows, it->first, &Station::id);
    const bool stays = row != rows.end() && row->trigger == it->second.row.trigger &&
                       row->camera_id == it->second.row.camera_id &&
                       parts_.cameras.find(*row->camera_id) == it->second.station->camera();
    if (stays) {
      ++it;
    } else {
      stale.insert(runs_.extract(it++));
    }
  }
  return stale;
}

void RunningStations::run(const Station& row, bool was_running) {
  if (const auto running = find(row.id)) {
    running->use(row);
    running->try_to_arm();
    const std::scoped_lock lock(mutex_);
    runs_.at(row.id).row = row;
    return;
  }
  auto camera = parts_.cameras.find(*row.camera_id);
  if (!camera) return;  // another node's, or switched off
  auto station = std::make_shared<RunningStation>(
      row, std::move(camera),
      RunningStation::Parts{.journal = journal_, .inspector = inspector_, .spill = spill_, .was_away = was_running},
      limits_);
  const std::scoped_lock lock(mutex_);
  runs_[row.id] = {.row = row, .station = std::move(station)};
}

std::shared_ptr<RunningStation> RunningStations::find(core::StationId id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : found->second.station;
}

StationStatus RunningStations::status(core::StationId id) const {
  const auto station = find(id);
  return station ? station->status() : StationStatus{};
}

Result<void> RunningStations::trigger(core::StationId id) {
  const auto station = find(id);
  if (!station) return core::fail(core::unavailable("This station does not run here, or its camera is switched off."));
  return station->trigger();
}

Result<database::triggers::Trigger> RunningStations::name(core::TriggerId id, std::string_view image_id) {
  return inspector_.name(id, image_id);
}

Result<std::filesystem::path> RunningStations::picture(const database::triggers::Trigger& trigger,
                                                       std::string_view which) const {
  const auto missing = [] { return core::fail(core::not_found("There is no such picture of this trigger here.")); };
  if (which != "original" && which != "annotated") return missing();
  std::error_code ignored;
  if (trigger.node == journal_.node() && !trigger.folder.empty()) {
    auto file = folders_.path_of(trigger.folder) / trigger.verdict / which / (trigger.name + ".jpg");
    if (std::filesystem::is_regular_file(file, ignored)) return file;
  }
  if (trigger.node == journal_.node() && which == "original") {
    if (auto file = folders_.unfinished_original(trigger.name)) return std::move(*file);
  }
  return missing();
}

void RunningStations::settle_in_background() {
  if (is_settling_.exchange(true)) return;
  if (settling_.joinable()) settling_.join();
  settling_ = std::thread([this, left = std::exchange(left_, {})]() mutable {
    settle(std::move(left));
    is_settling_ = false;
  });
}

void RunningStations::settle(std::vector<database::triggers::Trigger> left) {
  // What the stations work on now is theirs; what is built and was not placed is nobody's, and so is what an earlier
  // run left.
  if (!left.empty())
    telemetry::log_info("going on with inspections that were left unfinished",
                        {{"count", static_cast<std::int64_t>(left.size())}});
  if (const auto rows = journal_.unfinished()) {
    for (const auto& row : *rows) {
      const bool is_known = std::ranges::find(left, row.id, &database::triggers::Trigger::id) != left.end();
      if (!is_known && (row.state == State::built || !row.error.empty())) left.push_back(row);
    }
  }
  for (auto& row : left) {
    if (is_stopping_) return;
    if (const auto settled = inspector_.settle(row); !settled)
      telemetry::log_error("an inspection could not be finished",
                           {{"trigger", row.name}, {"message", settled.error().message}});
  }
}

}  // namespace sightglass::stations
