#include "database/waiting_ids.hpp"

namespace sightglass::database::waiting_ids {
namespace {

const std::string select_ids = "SELECT number, station_id, image_id, stored_at, stored_by, expires_at FROM waiting_ids";

WaitingId read_waiting(const Row& row) {
  return {.number = row.integer(0),
          .station_id = row.optional_id<core::StationId>(1),
          .image_id = row.string(2),
          .stored_at = row.instant(3),
          .stored_by = row.string(4),
          .expires_at = row.instant(5)};
}

}  // namespace

core::Result<std::int64_t> store(Session& session, const WaitingId& id) {
  SG_ASSIGN(const auto number,
            session.first("INSERT INTO waiting_ids (station_id, image_id, state, stored_at, stored_by, expires_at) "
                          "VALUES ($1, $2, 'waiting', $3, $4, $5) RETURNING number",
                          {id.station_id, id.image_id, id.stored_at, id.stored_by, id.expires_at},
                          [](const Row& row) { return row.integer(0); }));
  return number.value_or(0);
}

core::Result<std::vector<WaitingId>> waiting(Session& session, core::StationId station, core::Instant now) {
  return session.all(select_ids + " WHERE station_id = $1 AND state = 'waiting' AND expires_at > $2 ORDER BY number",
                     {station, now}, read_waiting);
}

core::Result<std::optional<WaitingId>> take(Session& session, core::StationId station, core::TriggerId trigger,
                                            core::Instant triggered_at) {
  return session.first(
      "UPDATE waiting_ids SET state = 'taken', trigger_id = $2, ended_at = $3 WHERE number = ("
      "SELECT number FROM waiting_ids WHERE station_id = $1 AND state = 'waiting' AND stored_at <= $3 AND "
      "expires_at > $3 ORDER BY number LIMIT 1) AND state = 'waiting' "
      "RETURNING number, station_id, image_id, stored_at, stored_by, expires_at",
      {station, trigger, triggered_at}, read_waiting);
}

core::Result<void> give_back(Session& session, core::TriggerId trigger, core::Instant now) {
  SG_TRY(session.execute(
      "UPDATE waiting_ids SET state = CASE WHEN expires_at > $2 THEN 'waiting' ELSE 'expired' END, trigger_id = NULL, "
      "ended_at = CASE WHEN expires_at > $2 THEN NULL ELSE ended_at END WHERE trigger_id = $1 AND state = 'taken'",
      {trigger, now}));
  return {};
}

core::Result<bool> withdraw(Session& session, core::StationId station, std::int64_t number, core::Instant now) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE waiting_ids SET state = 'withdrawn', ended_at = $3 WHERE number = $2 AND "
                            "station_id = $1 AND state = 'waiting'",
                            {station, number, now}));
  return changed > 0;
}

core::Result<std::int64_t> withdraw_all(Session& session, core::StationId station, core::Instant now) {
  return session.execute(
      "UPDATE waiting_ids SET state = 'withdrawn', ended_at = $2 WHERE station_id = $1 AND state = 'waiting'",
      {station, now});
}

core::Result<std::int64_t> adopt(Session& session, core::StationId station, core::Instant now) {
  return session.execute(
      "UPDATE waiting_ids SET station_id = $1 WHERE station_id IS NULL AND state = 'waiting' AND expires_at > $2",
      {station, now});
}

core::Result<std::int64_t> prune(Session& session, core::Instant before) {
  return session.execute("DELETE FROM waiting_ids WHERE expires_at < $1 AND (state = 'waiting' OR ended_at < $1)",
                         {before});
}

}  // namespace sightglass::database::waiting_ids
