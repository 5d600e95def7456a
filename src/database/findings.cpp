#include "database/findings.hpp"

#include "database/conditions.hpp"
#include "database/finding_rows.hpp"

namespace sightglass::database::findings {
namespace {

core::Result<std::optional<Kept>> find_kept(Session& session, core::FindingId id) {
  return session.first("SELECT " + columns_of_findings() + " FROM findings f WHERE f.id = $1", {id}, read_kept);
}

}  // namespace

core::Result<void> insert(Session& session, const core::Finding& finding) {
  Kept kept{.finding = finding};
  if (!finding.is_by_person) {
    kept.said_class = finding.class_name;
    kept.said_box = finding.box;
  }
  return insert_kept(session, kept);
}

core::Result<std::optional<core::Finding>> find(Session& session, core::FindingId id) {
  return session.first("SELECT " + columns_of_findings() + " FROM findings f WHERE f.id = $1", {id}, read_finding);
}

core::Result<std::vector<core::Finding>> of_photo(Session& session, core::PhotoId photo) {
  return session.all("SELECT " + columns_of_findings() + " FROM findings f WHERE f.photo_id = $1 ORDER BY f.id",
                     {photo}, read_finding);
}

core::Result<bool> update(Session& session, const core::Finding& finding) {
  SG_ASSIGN(auto kept, find_kept(session, finding.id));
  if (!kept) return false;
  kept->finding = finding;
  return write_kept(session, *kept);
}

core::Result<bool> remove(Session& session, core::FindingId id, std::int64_t revision) {
  SG_ASSIGN(const auto removed,
            session.execute("DELETE FROM findings WHERE id = $1 AND revision = $2", {id, revision}));
  return removed > 0;
}

core::Result<std::vector<Total>> totals(Session& session) {
  return session.all(
      "SELECT kind, state, CAST(sum(findings) AS BIGINT) FROM finding_totals GROUP BY kind, state "
      "HAVING sum(findings) <> 0 ORDER BY kind, state",
      {}, [](const Row& row) {
        return Total{.kind = core::finding_kind_from_name(row.text(0)).value_or(core::FindingKind::anomaly),
                     .state = core::finding_state_from_name(row.text(1)).value_or(core::FindingState::open),
                     .count = row.integer(2)};
      });
}

core::Result<std::vector<PastReading>> past_readings(Session& session, core::MeterId meter,
                                                     std::optional<core::Instant> before, std::int32_t limit) {
  Conditions conditions;
  conditions.add("f.meter_id = ?", {meter});
  conditions.add("f.state IN ('confirmed', 'corrected')");
  conditions.add("f.value IS NOT NULL");
  conditions.add("p.trashed_at IS NULL");
  if (before) conditions.add("p.taken_at < ?", {*before});
  return session.all(
      "SELECT f.id, f.photo_id, p.taken_at, f.value, f.value_text FROM findings f "
      "JOIN photos p ON p.id = f.photo_id" +
          conditions.where() + " ORDER BY p.taken_at DESC, f.id DESC LIMIT " + conditions.parameter(limit),
      conditions.parameters(), [](const Row& row) {
        return PastReading{.id = row.id<core::FindingId>(0),
                           .photo_id = row.id<core::PhotoId>(1),
                           .taken_at = row.instant(2),
                           .value = row.real(3),
                           .value_text = row.string(4)};
      });
}

}  // namespace sightglass::database::findings
