// The runs of processes that take pictures in or delete them, and how one is declared over by the others.
//
// What a run has begun and not ended (journals in incoming/) may be settled by others only once the run is fenced. From
// then on nothing that it still does can be recorded: each transaction that records a photo or its end holds on to the
// run's row first, and fencing waits for those that do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database {

using RunId = core::UuidId<struct RunTag>;

namespace runs {

struct Run {
  RunId id{};
  std::string name{};  // of the node
  std::string role{};  // "serve", "worker" or "command"
  core::Instant started_at{};
  std::int64_t beats = 0;  // a run that lives counts on
};

// All block.

core::Result<void> begin(Session& session, const Run& run);
// False when the run is over, and its process has to begin another.
core::Result<bool> beat(Session& session, RunId id, core::Instant now);

// To be called first in each transaction that records what a run did; nothing is asked without a run. Until the
// transaction ends the run cannot be fenced. The error of is_fenced() when it is over.
core::Result<void> hold(Session& session, const std::optional<RunId>& id);
core::Error fenced();
bool is_fenced(const core::Error& error);
// Returns when no transaction that held on to the run is open any more, also one whose connection broke in the middle
// of its commit: what the database says of its outcome afterwards is final.
core::Result<void> wait_for_commits(Database& database, const std::optional<RunId>& id);

// Declares the run over, if it still is what the caller saw: not fenced yet and, with `beats`, without a further sign
// of life. False when it is not.
core::Result<bool> fence(Session& session, RunId id, std::optional<std::int64_t> beats, core::Instant now);
// By id; nullopt when there never was such a run or it is forgotten.
core::Result<std::optional<Run>> find(Session& session, RunId id);

// Those that are not fenced.
core::Result<std::vector<Run>> list_living(Session& session);
core::Result<std::unordered_set<RunId>> living_ids(Session& session);
// Fenced ones of whose journals nobody has said yet that they are settled.
core::Result<std::vector<RunId>> list_unsettled(Session& session);
core::Result<void> set_settled(Session& session, RunId id, core::Instant now);
// For a run that learns of its fence late: it may have left something since.
core::Result<void> set_unsettled(Session& session, RunId id);
// Forgets those that were fenced before `before` and settled. A run that is forgotten counts as fenced.
core::Result<std::int64_t> prune(Session& session, core::Instant before);

}  // namespace runs
}  // namespace sightglass::database
