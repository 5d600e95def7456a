#include "inspection/burst_decisions.hpp"

#include <utility>

#include "database/decisions.hpp"
#include "database/findings.hpp"
#include "database/photos.hpp"
#include "database/savepoint.hpp"
#include "inspection/undo.hpp"

namespace sightglass::inspection {
namespace {

using core::Finding;
using core::FindingState;
using core::Result;
using database::Session;

struct Step {
  Action action{};
  Word word{};
};

Step step_for(const Finding& other, const Decided& lead) {
  Step step{.word = {.led_by = lead.decision}};
  const auto& said = lead.finding;
  if (said.state == FindingState::rejected) {
    step.action = Action::reject;
    return step;
  }
  const bool is_empty = said.count == 0;
  if (other.class_name == said.class_name && (!is_empty || other.count == 0)) {
    step.action = Action::confirm;
    return step;
  }
  step.action = Action::correct;
  step.word.class_name = said.class_name;
  if (is_empty) step.word.count = 0;
  return step;
}

bool is_refused(const core::Error& error) {
  return error.code == core::ErrorCode::conflict || error.code == core::ErrorCode::not_found;
}

}  // namespace

Result<std::vector<Decided>> follow(Session& session, const Person& person, const Decided& lead,
                                    const database::photos::Visibility& visibility, core::Instant now) {
  std::vector<Decided> followers;
  if (lead.finding.kind != core::FindingKind::spotting)
    return core::fail(core::invalid_input("burst", "only spottings are of a burst"));
  if (lead.is_repeat || lead.finding.burst.empty()) return followers;
  SG_ASSIGN(const auto page, database::findings::list(session,
                                                      {.kind = core::FindingKind::spotting,
                                                       .state = FindingState::open,
                                                       .burst = lead.finding.burst,
                                                       .sort = database::findings::Sort::oldest,
                                                       .limit = static_cast<std::int32_t>(most_decided_together)},
                                                      visibility, std::nullopt));
  for (const auto& listed : page.findings) {
    const auto step = step_for(listed.finding, lead);
    SG_ASSIGN(auto decided, decide(session, person, listed.finding.id, step.action, step.word, now));
    followers.push_back(std::move(decided));
  }
  return followers;
}

Result<std::vector<Decided>> undo_followers(Session& session, const Person& person, core::DecisionId lead,
                                            const database::photos::Visibility& visibility, core::Instant now) {
  std::vector<Decided> undone;
  SG_ASSIGN(const auto followers, database::decisions::led_by(session, lead));
  for (const auto& follower : followers) {
    SG_ASSIGN(const auto photo, database::photos::find(session, follower.photo_id));
    if (!photo) continue;
    SG_ASSIGN(const bool may_see, database::photos::may_see(session, visibility, *photo));
    if (!may_see) continue;
    auto one = database::in_savepoint(session, [&] { return undo(session, person, follower.id, now); });
    if (one)
      undone.push_back(std::move(*one));
    else if (!is_refused(one.error()))
      return core::fail(std::move(one).error());
  }
  return undone;
}

}  // namespace sightglass::inspection
