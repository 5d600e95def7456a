#include "database/decisions.hpp"

#include <algorithm>

namespace sightglass::database::decisions {
namespace {

constexpr std::int32_t most_measured = 200;

const std::string select_decisions =
    "SELECT id, finding_id, photo_id, kind, user_id, name, action, before, after, at, seconds, client_id, undone_by, "
    "led_by FROM decisions WHERE ";

Decision read_decision(const Row& row) {
  return {.id = row.id<core::DecisionId>(0),
          .finding_id = row.id<core::FindingId>(1),
          .photo_id = row.id<core::PhotoId>(2),
          .kind = core::finding_kind_from_name(row.text(3)).value_or(core::FindingKind::anomaly),
          .user_id = row.optional_id<core::UserId>(4),
          .name = row.string(5),
          .action = row.string(6),
          .before = row.string(7),
          .after = row.string(8),
          .at = row.instant(9),
          .seconds = row.optional_real(10),
          .client_id = row.string(11),
          .undone_by = row.optional_id<core::DecisionId>(12),
          .led_by = row.optional_id<core::DecisionId>(13)};
}

}  // namespace

core::Result<void> insert(Session& session, const Decision& decision) {
  SG_TRY(session.execute(
      "INSERT INTO decisions (id, finding_id, photo_id, kind, user_id, name, action, before, after, at, "
      "seconds, client_id, undone_by, led_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      {decision.id, decision.finding_id, decision.photo_id, core::name_of(decision.kind), decision.user_id,
       decision.name, decision.action, decision.before, decision.after, decision.at, decision.seconds,
       decision.client_id, decision.undone_by, decision.led_by}));
  return {};
}

core::Result<std::optional<Decision>> find(Session& session, core::DecisionId id) {
  return session.first(select_decisions + "id = $1", {id}, read_decision);
}

core::Result<std::optional<Decision>> find_sent(Session& session, core::UserId user, std::string_view client_id) {
  if (client_id.empty()) return std::optional<Decision>{};
  return session.first(select_decisions + "user_id = $1 AND client_id = $2", {user, client_id}, read_decision);
}

core::Result<std::optional<Decision>> last_of(Session& session, core::FindingId finding) {
  return session.first(
      select_decisions +
          "finding_id = $1 AND undone_by IS NULL AND action <> 'undo' ORDER BY finding_id DESC, id DESC LIMIT 1",
      {finding}, read_decision);
}

core::Result<std::vector<Decision>> led_by(Session& session, core::DecisionId id) {
  return session.all(select_decisions + "led_by = $1 AND undone_by IS NULL ORDER BY led_by, id", {id}, read_decision);
}

core::Result<std::vector<Decision>> of_photo(Session& session, core::PhotoId photo, std::int32_t limit) {
  return session.all(select_decisions + "photo_id = $1 ORDER BY photo_id DESC, id DESC LIMIT $2", {photo, limit},
                     read_decision);
}

core::Result<std::vector<Decision>> of_user(Session& session, core::UserId user, std::int32_t limit) {
  return session.all(select_decisions + "user_id = $1 AND led_by IS NULL ORDER BY user_id DESC, id DESC LIMIT $2",
                     {user, limit}, read_decision);
}

core::Result<std::vector<Decision>> standing_of_user(Session& session, core::UserId user, std::int32_t limit) {
  return session.all(select_decisions +
                         "user_id = $1 AND undone_by IS NULL AND led_by IS NULL AND action <> 'undo' "
                         "ORDER BY user_id DESC, id DESC LIMIT $2",
                     {user, limit}, read_decision);
}

core::Result<bool> mark_undone(Session& session, core::DecisionId id, core::DecisionId by) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE decisions SET undone_by = $2 WHERE id = $1 AND undone_by IS NULL", {id, by}));
  return changed > 0;
}

core::Result<std::optional<double>> median_seconds(Session& session, core::UserId user, core::FindingKind kind) {
  SG_ASSIGN(auto seconds,
            session.all("SELECT seconds FROM decisions WHERE user_id = $1 AND kind = $2 AND seconds IS NOT NULL "
                        "ORDER BY id DESC LIMIT $3",
                        {user, core::name_of(kind), most_measured}, [](const Row& row) { return row.real(0); }));
  if (seconds.empty()) return std::optional<double>{};
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::ranges::nth_element(seconds, middle);
  return std::optional<double>(*middle);
}

}  // namespace sightglass::database::decisions
