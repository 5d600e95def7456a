#include "stations/trigger_journal.hpp"

#include <algorithm>
#include <chrono>
#include <ranges>
#include <set>

#include "stations/inspection_folders.hpp"

namespace sightglass::stations {
namespace {

using core::Result;
using database::Session;
using Row = TriggerJournal::Row;
using database::triggers::State;
namespace rows = database::triggers;

// Two triggers in one millisecond, of one station or of two: the later one is called by the next that is free. `named`:
// the time that the one before it was called by, in one transaction; of many in a row nobody asks from the first on.
Result<std::string> free_name(Session& session, core::Instant at, std::optional<core::Instant>& named) {
  constexpr std::chrono::seconds most_ahead{10};
  if (named && at <= *named && *named - at < most_ahead) at = *named + std::chrono::milliseconds(1);
  for (;; at += std::chrono::milliseconds(1)) {
    named = at;
    auto name = temporary_name(at);
    SG_ASSIGN(const auto taken, session.first("SELECT 1 FROM triggers WHERE name = $1", {name},
                                              [](const database::Row& row) { return row.integer(0); }));
    if (!taken) return name;
  }
}

// A part that nobody saw is not OK.
void be_lost(Row& row, const std::string& why, core::Instant now) {
  row.state = State::lost;
  row.verdict = "NG";
  row.reason = why;
  row.error = why;
  row.judged_at = now;
}

Result<void> count(Session& session, const Row& row, database::stations::Day by) {
  if (!row.station_id) return {};
  // It may have been forgotten since: its inspections come to their end all the same.
  SG_ASSIGN(const auto station, database::stations::find(session, *row.station_id));
  if (!station) return {};
  by.day = database::stations::day_of(row.triggered_at);
  return database::stations::count(session, *row.station_id, by);
}

}  // namespace

// Whose part was it, of those that nobody saw? As many ids as triggers: each has its own, in order. Else an id could be
// that of a lost part or of the one that was seen.
Result<bool> TriggerJournal::withdraw_what_is_ambiguous(Session& session, core::StationId station,
                                                        const Arrival& arrival) {
  SG_ASSIGN(auto ids, database::waiting_ids::waiting(session, station, arrival.triggered_at));
  std::erase_if(ids, [&](const auto& id) { return id.stored_at > arrival.triggered_at; });
  const auto before = static_cast<std::uint64_t>(
      std::ranges::count_if(ids, [&](const auto& id) { return id.stored_at <= arrival.gap->since; }));
  if (before >= arrival.gap->triggers || before == ids.size() || ids.size() == arrival.gap->triggers) return false;
  for (const auto& id : ids) {
    if (id.stored_at <= arrival.gap->since) continue;
    SG_TRY(database::waiting_ids::withdraw(session, station, id.number, clock_.now()));
  }
  return true;
}

Result<Row> TriggerJournal::receive_one(Session& session, const Source& source, const Arrival& arrival,
                                        std::optional<core::Instant>& named) {
  const auto now = clock_.now();
  Row row{.id = core::TriggerId::make(now),
          .station_id = source.station.id,
          .station_name = source.station.name,
          .node = node_,
          .frame_number = arrival.frame_number,
          .device_ns = arrival.device_ns,
          .triggered_at = arrival.triggered_at,
          .journaled_at = now,
          .recipe_version = source.station.recipe_version,
          .recipe = source.station.recipe,
          .camera_name = source.camera_name,
          .serial = source.serial,
          .settings = arrival.settings,
          .is_simulated = arrival.is_simulated};
  SG_ASSIGN(row.name, free_name(session, arrival.triggered_at, named));
  const bool is_lost = !arrival.lost.empty();
  if (is_lost) be_lost(row, arrival.lost, now);
  if (arrival.gap) {
    SG_ASSIGN(const bool is_ambiguous, withdraw_what_is_ambiguous(session, source.station.id, arrival));
    if (is_ambiguous) row.error += " The ids that were entered meanwhile are withdrawn: scan again.";
  }
  SG_TRY(rows::insert(session, row));
  SG_ASSIGN(const auto taken, database::waiting_ids::take(session, source.station.id, row.id, arrival.triggered_at));
  if (taken) {
    row.image_id = taken->image_id;
    SG_TRY(rows::update(session, row));
  }
  SG_TRY(count(session, row, {.triggers = 1, .lost = is_lost ? 1 : 0}));
  if (is_lost) SG_TRY(tell_(session, row));
  return row;
}

Result<std::vector<Row>> TriggerJournal::receive(const Source& source, std::span<const Arrival> arrivals) {
  return database_.write([&](Session& session) -> Result<std::vector<Row>> {
    std::vector<Row> received;
    std::optional<core::Instant> named;
    for (const auto& arrival : arrivals) {
      SG_ASSIGN(auto row, receive_one(session, source, arrival, named));
      received.push_back(std::move(row));
    }
    return received;
  });
}

Result<void> TriggerJournal::judged(const Row& row) {
  return database_.write([&](Session& session) -> Result<void> {
    SG_TRY(rows::update(session, row));
    const bool is_ok = row.verdict == "OK";
    SG_TRY(count(session, row,
                 {.ok = is_ok ? 1 : 0,
                  .ng = is_ok ? 0 : 1,
                  .failed = row.state == State::failed ? 1 : 0,
                  .late = row.is_late ? 1 : 0}));
    return tell_(session, row);
  });
}

Result<void> TriggerJournal::placed(const Row& row, const std::string& superseded_folder) {
  return database_.write([&](Session& session) -> Result<void> {
    if (row.image_id && !row.superseded_at && row.state == State::filed) {
      SG_ASSIGN(auto earlier, rows::newest_of(session, node_, *row.image_id));
      if (earlier && earlier->id != row.id) {
        earlier->superseded_at = clock_.now();
        earlier->folder = superseded_folder.empty() ? InspectionFolders::folder_behind(*row.image_id, earlier->name)
                                                    : superseded_folder;
        SG_TRY(rows::update(session, *earlier));
      }
    }
    return rows::update(session, row);
  });
}

Result<void> TriggerJournal::note(const Row& row) {
  return database_.write([&](Session& session) { return rows::update(session, row); });
}

Result<void> TriggerJournal::lose(Session& session, const Row& row) {
  SG_TRY(rows::update(session, row));
  SG_TRY(count(session, row, {.lost = 1}));
  return tell_(session, row);
}

Result<void> TriggerJournal::lost(Row row, const std::string& why) {
  be_lost(row, why, clock_.now());
  return database_.write([&](Session& session) { return lose(session, row); });
}

Result<void> TriggerJournal::give_id_back(Row row, const std::string& why) {
  be_lost(row, why, clock_.now());
  row.image_id.reset();
  return database_.write([&](Session& session) -> Result<void> {
    SG_TRY(lose(session, row));
    return database::waiting_ids::give_back(session, row.id, clock_.now());
  });
}

Result<std::vector<core::TriggerId>> TriggerJournal::last_of(std::span<const Row> gone) {
  const auto is_gone = [&](const Row& row) { return std::ranges::find(gone, row.id, &Row::id) != gone.end(); };
  return database_.read([&](Session& session) -> Result<std::vector<core::TriggerId>> {
    std::vector<core::TriggerId> last;
    std::set<core::StationId> seen;
    for (const auto& row : gone) {
      if (!row.station_id || !seen.insert(*row.station_id).second) continue;
      SG_ASSIGN(const auto newest,
                rows::list(session, {.station = row.station_id, .limit = static_cast<std::int32_t>(gone.size()) + 1}));
      for (const auto& behind : newest | std::views::take_while(is_gone)) last.push_back(behind.id);
    }
    return last;
  });
}

Result<std::int64_t> TriggerJournal::withdraw_ids(core::StationId station) {
  return database_.write(
      [&](Session& session) { return database::waiting_ids::withdraw_all(session, station, clock_.now()); });
}

Result<std::optional<std::string>> TriggerJournal::next_id(core::StationId station) {
  SG_ASSIGN(auto ids, database_.read([&](Session& session) {
    return database::waiting_ids::waiting(session, station, clock_.now());
  }));
  return ids.empty() ? std::optional<std::string>() : std::move(ids.front().image_id);
}

Result<void> TriggerJournal::adopt() {
  return database_.write([&](Session& session) { return rows::adopt(session, node_); });
}

Result<std::vector<Row>> TriggerJournal::unfinished() {
  return database_.read([&](Session& session) { return rows::unfinished(session, node_); });
}

Result<std::optional<Row>> TriggerJournal::newest_of(std::string_view image_id) {
  return database_.read([&](Session& session) { return rows::newest_of(session, node_, image_id); });
}

Result<std::optional<Row>> TriggerJournal::find(core::TriggerId id) {
  return database_.read([&](Session& session) { return rows::find(session, id); });
}

Result<Row> TriggerJournal::rename(core::TriggerId id, std::string_view image_id, std::string_view results) {
  return database_.write([&](Session& session) -> Result<Row> {
    SG_ASSIGN(auto row, rows::find(session, id));
    if (!row) return core::fail(core::not_found("no such trigger"));
    if (row->image_id || row->state != State::filed)
      return core::fail(core::ErrorCode::conflict, "This inspection has a name already, or is not whole.");
    row->image_id = image_id;
    row->state = State::built;
    row->results = results;
    SG_TRY(rows::update(session, *row));
    return std::move(*row);
  });
}

}  // namespace sightglass::stations
