// What people decided of findings, step by step, with what stood before and after: who said what, and the way back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::decisions {

struct Decision {
  core::DecisionId id{};
  core::FindingId finding_id{};  // which may be gone
  core::PhotoId photo_id{};
  core::FindingKind kind = core::FindingKind::anomaly;
  std::optional<core::UserId> user_id{};  // nullopt once the account is gone
  std::string name{};                     // as the audit log has it
  std::string action{};  // "confirm", "reject", "correct", "resolve", "draw", "move", "relabel", "remove", "undo"
  std::string before{};  // the finding as JSON (filing/finding_json.hpp); empty: there was none
  std::string after{};   // likewise; empty: there is none any more
  core::Instant at{};
  std::optional<double> seconds{};  // how long the person looked, as their screen measured it
  std::string client_id{};          // given by the client, so that one sent twice counts once; or empty
  std::optional<core::DecisionId> undone_by{};
  std::optional<core::DecisionId> led_by{};  // the decision on another finding of the same burst that this one followed
};

// All block.

// conflict when this user gave the same client_id before.
core::Result<void> insert(Session& session, const Decision& decision);
core::Result<std::optional<Decision>> find(Session& session, core::DecisionId id);
core::Result<std::optional<Decision>> find_sent(Session& session, core::UserId user, std::string_view client_id);
// The last one of a finding that was not taken back, and is no taking back.
core::Result<std::optional<Decision>> last_of(Session& session, core::FindingId finding);
// Those that followed `id` and stand, oldest first.
core::Result<std::vector<Decision>> led_by(Session& session, core::DecisionId id);
// Newest first; of a user without those that followed another one.
core::Result<std::vector<Decision>> of_photo(Session& session, core::PhotoId photo, std::int32_t limit);
core::Result<std::vector<Decision>> of_user(Session& session, core::UserId user, std::int32_t limit);
// The same of those that stand: neither taken back nor a taking back.
core::Result<std::vector<Decision>> standing_of_user(Session& session, core::UserId user, std::int32_t limit);
// False when it had been taken back already.
core::Result<bool> mark_undone(Session& session, core::DecisionId id, core::DecisionId by);
// Over the newest 200 of this user and kind that were measured; nullopt without any.
core::Result<std::optional<double>> median_seconds(Session& session, core::UserId user, core::FindingKind kind);

}  // namespace sightglass::database::decisions
