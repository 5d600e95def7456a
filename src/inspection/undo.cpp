#include "inspection/undo.hpp"

#include <algorithm>

#include "database/decisions.hpp"
#include "database/findings.hpp"
#include "database/photo_verdicts.hpp"
#include "filing/finding_json.hpp"

namespace sightglass::inspection {
namespace {

using core::Finding;
using core::Result;
using database::Session;
using database::decisions::Decision;
namespace stored = database::findings;

core::Error refused(const char* why) { return {.code = core::ErrorCode::conflict, .message = why}; }

Result<Decision> undoable(Session& session, const Person& person, core::DecisionId id) {
  SG_ASSIGN(auto decision, database::decisions::find(session, id));
  if (!decision || decision->user_id != person.id) return core::fail(core::not_found("no such decision of yours"));
  if (decision->action == "undo") return core::fail(refused("This took a decision back; decide anew."));
  if (decision->undone_by) return core::fail(refused("This was taken back already."));
  SG_ASSIGN(const auto own, database::decisions::standing_of_user(session, person.id, most_undone));
  if (std::ranges::find(own, decision->led_by.value_or(id), &Decision::id) == own.end())
    return core::fail(refused("This is too long ago to be taken back; decide anew."));
  SG_ASSIGN(const auto last, database::decisions::last_of(session, decision->finding_id));
  if (!last || last->id != id) return core::fail(refused("Somebody decided on this since."));
  return std::move(*decision);
}

// The finding as it stands must be the one the decision left, or be missing where it left none.
Result<void> put_back(Session& session, const std::optional<Finding>& now, std::optional<Finding>& before) {
  if (!before) {
    SG_TRY(stored::remove(session, now->id, now->revision));
    return {};
  }
  if (!now) {
    ++before->revision;
    return stored::insert(session, *before);
  }
  before->revision = now->revision;
  before->burst = now->burst;  // which is no person's word
  SG_TRY(stored::update(session, *before));
  ++before->revision;
  return {};
}

}  // namespace

Result<Decided> undo(Session& session, const Person& person, core::DecisionId id, core::Instant now) {
  SG_ASSIGN(const auto decision, undoable(session, person, id));
  SG_ASSIGN(const auto current, stored::find(session, decision.finding_id));
  if (current.has_value() == decision.after.empty()) return core::fail(refused("This is not as you left it."));
  std::optional<Finding> before;
  if (!decision.before.empty()) {
    SG_ASSIGN(before, filing::finding_from_json(decision.before));
    before->updated_at = now;
  }
  SG_TRY(put_back(session, current, before));
  const Decision undoing{.id = core::DecisionId::make(now),
                         .finding_id = decision.finding_id,
                         .photo_id = decision.photo_id,
                         .kind = decision.kind,
                         .user_id = person.id,
                         .name = person.name,
                         .action = "undo",
                         .before = current ? filing::to_json(*current) : "",
                         .after = before ? filing::to_json(*before) : "",
                         .at = now};
  SG_TRY(database::decisions::insert(session, undoing));
  SG_TRY(database::decisions::mark_undone(session, id, undoing.id));
  Decided decided{.finding = before ? std::move(*before) : *current, .decision = undoing.id};
  if (decision.kind == core::FindingKind::anomaly) {
    SG_ASSIGN(decided.has_changed_verdict, database::photo_verdicts::settle(session, decision.photo_id));
  }
  return decided;
}

}  // namespace sightglass::inspection
