// Writes the journal of triggers: each method is one transaction, and what belongs together is in one of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "database/waiting_ids.hpp"

namespace sightglass::stations {

// What a camera told of one trigger.
struct Arrival {
  core::Instant triggered_at{};
  std::int64_t frame_number = 0;
  std::optional<std::int64_t> device_ns{};
  std::string settings = "{}";
  bool is_simulated = false;
  // Of the first picture that is missing: how many triggers happened since the last one that was seen, with the one
  // that shows the gap.
  struct Gap {
    std::uint64_t triggers = 0;
    core::Instant since{};
  };
  std::optional<Gap> gap{};
  std::string lost{};  // why there is no picture; empty: there is one
};

// Who triggers, as the journal remembers it.
struct Source {
  database::stations::Station station{};
  std::string camera_name{};
  std::string serial{};
};

// Thread-safe. Blocks. Errors: the database's; then nothing of the call was written.
class TriggerJournal {
 public:
  using Row = database::triggers::Trigger;
  // Makes the rows of what is to be told of a verdict, in its transaction.
  using Tell = std::function<core::Result<void>(database::Session& session, const Row& row)>;

  TriggerJournal(database::Database& database, const core::Clock& clock, std::string node, Tell tell)
      : database_(database), clock_(clock), node_(std::move(node)), tell_(std::move(tell)) {}

  // A row for each, in this order; each takes the next id that waits, also one whose picture is lost. Ids that were
  // entered within a gap and are not as many as its triggers are withdrawn; then the first lost row says so.
  core::Result<std::vector<Row>> receive(const Source& source, std::span<const Arrival> arrivals);
  // The verdict holds, and who wants to know is to be told. With state failed: the picture could not be kept.
  core::Result<void> judged(const Row& row);
  // It is at its place, or on its way there (state built). What stood there gave way to `superseded_folder`.
  core::Result<void> placed(const Row& row, const std::string& superseded_folder);
  // What is wrong with it, while it stays in its state.
  core::Result<void> note(const Row& row);
  // Its picture is gone, and its part has passed: its id goes along, and who wants to know is told of an NG.
  core::Result<void> lost(Row row, const std::string& why);
  // Likewise, but its id waits again in its old place. Only while no trigger of its station has come behind it.
  core::Result<void> give_id_back(Row row, const std::string& why);
  // No picture is there of any of them. Those of their stations behind which no trigger came that is not among them.
  core::Result<std::vector<core::TriggerId>> last_of(std::span<const Row> gone);
  // Nobody knows which part is next. How many ids waited.
  core::Result<std::int64_t> withdraw_ids(core::StationId station);

  core::Result<std::optional<std::string>> next_id(core::StationId station);

  // Where no other server shares the database: what this one did under another name is its own.
  core::Result<void> adopt();
  core::Result<std::vector<Row>> unfinished();
  core::Result<std::optional<Row>> newest_of(std::string_view image_id);
  core::Result<std::optional<Row>> find(core::TriggerId id);
  // An inspection without an id is to be filed under this one: state built. not_found; conflict.
  core::Result<Row> rename(core::TriggerId id, std::string_view image_id, std::string_view results);
  const std::string& node() const { return node_; }

 private:
  core::Result<void> lose(database::Session& session, const Row& row);
  core::Result<Row> receive_one(database::Session& session, const Source& source, const Arrival& arrival,
                                std::optional<core::Instant>& named);
  core::Result<bool> withdraw_what_is_ambiguous(database::Session& session, core::StationId station,
                                                const Arrival& arrival);

  database::Database& database_;
  const core::Clock& clock_;
  const std::string node_;
  const Tell tell_;
};

}  // namespace sightglass::stations
