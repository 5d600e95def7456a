// Image ids that people have entered at a station and that wait there for its next triggers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/station_ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::waiting_ids {

inline constexpr std::chrono::hours lifetime{1};  // from storing

struct WaitingId {
  std::int64_t number = 0;                      // rises in the order of storing
  std::optional<core::StationId> station_id{};  // absent: there was no station yet; the first that is made gets it
  std::string image_id{};
  core::Instant stored_at{};
  std::string stored_by{};  // a name
  core::Instant expires_at{};
};

// All block. An id waits until it is taken by a trigger, withdrawn, or expired; its row stays.

core::Result<std::int64_t> store(Session& session, const WaitingId& id);
// Those that wait at the station, the one that is next first.
core::Result<std::vector<WaitingId>> waiting(Session& session, core::StationId station, core::Instant now);
// The next one that was stored at `triggered_at` at the latest and had not expired then. A trigger that happened before
// an id was entered is not that part's.
core::Result<std::optional<WaitingId>> take(Session& session, core::StationId station, core::TriggerId trigger,
                                            core::Instant triggered_at);
// What a trigger took waits again, in its old place, unless it has expired by now.
core::Result<void> give_back(Session& session, core::TriggerId trigger, core::Instant now);
// False when it does not wait at this station.
core::Result<bool> withdraw(Session& session, core::StationId station, std::int64_t number, core::Instant now);
// All that wait there; how many.
core::Result<std::int64_t> withdraw_all(Session& session, core::StationId station, core::Instant now);
// What waits for no station in particular waits for this one from now on.
core::Result<std::int64_t> adopt(Session& session, core::StationId station, core::Instant now);
// Forgets rows that ended before `before`.
core::Result<std::int64_t> prune(Session& session, core::Instant before);

}  // namespace sightglass::database::waiting_ids
