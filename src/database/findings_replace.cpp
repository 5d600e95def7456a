#include <algorithm>
#include <set>
#include <tuple>

#include "database/dialect.hpp"
#include "database/finding_rows.hpp"
#include "database/findings.hpp"

namespace sightglass::database::findings {
namespace {

using core::Finding;
using core::FindingState;

// How much two places are one: 1 when both are the whole photo, 0 when only one is.
double likeness(const std::optional<core::Box>& one, const std::optional<core::Box>& other) {
  if (!one && !other) return 1;
  return one && other ? core::overlap(*one, *other) : 0;
}

bool are_of_one_kind(const Finding& found, const Finding& there) {
  const bool may_share_meter = !found.meter_id || !there.meter_id || found.meter_id == there.meter_id;
  return found.kind == there.kind && may_share_meter;
}

bool is_decided(const Kept& there) { return there.finding.state != FindingState::open || there.finding.is_by_person; }

// As people left it or as a machine said it before they corrected it: either way it was decided.
bool covers(const Kept& there, const Finding& found) {
  if (!is_decided(there) || !are_of_one_kind(found, there.finding)) return false;
  const bool is_as_left = found.class_name == there.finding.class_name;
  const bool is_as_said = !there.finding.is_by_person && found.class_name == there.said_class;
  if (!is_as_left && !is_as_said) return false;
  const double said = there.finding.is_by_person ? 0 : likeness(found.box, there.said_box);
  return std::max(likeness(found.box, there.finding.box), said) >= decided_overlap;
}

// What a machine gives anew.
auto result_of(const Finding& finding) {
  return std::tie(finding.class_name, finding.severity, finding.box, finding.confidence, finding.score,
                  finding.threshold, finding.model, finding.version, finding.details, finding.heat_map, finding.value,
                  finding.value_text, finding.raw_text, finding.unit, finding.reason, finding.meter_id, finding.count,
                  finding.burst);
}

class Replacement {
 public:
  Replacement(Session& session, core::PhotoId photo, core::Instant now) : session_(session), photo_(photo), now_(now) {}

  core::Result<void> begin(std::span<const core::FindingKind> kinds) {
    // Held until the end, so that of two workers on one photo the second finds what the first wrote.
    SG_ASSIGN(const auto is_there, session_.first("SELECT 1 FROM photos WHERE id = $1" + sole_lock(session_.dialect()),
                                                  {photo_}, [](const Row&) { return true; }));
    if (!is_there) return core::fail(core::not_found("There is no such photo."));
    SG_ASSIGN(there_,
              session_.all("SELECT " + columns_of_findings() + " FROM findings f WHERE f.photo_id = $1 ORDER BY f.id",
                           {photo_}, read_kept));
    for (std::size_t i = 0; i < there_.size(); ++i)
      if (!is_decided(there_[i]) && std::ranges::find(kinds, there_[i].finding.kind) != kinds.end())
        unmatched_.insert(i);
    return {};
  }

  core::Result<void> take(Finding found) {
    if (std::ranges::any_of(there_, [&](const Kept& there) { return covers(there, found); })) {
      ++outcome_.covered;
      unnamed_.insert(found.heat_map);
      return {};
    }
    found.photo_id = photo_;
    found.state = FindingState::open;
    found.is_by_person = false;
    found.created_at = found.updated_at = now_;
    const auto same = match(found);
    return same == unmatched_.end() ? add(std::move(found)) : renew(same, std::move(found));
  }

  core::Result<Replaced> finish() {
    for (const auto index : unmatched_) {
      SG_TRY(session_.execute("DELETE FROM findings WHERE id = $1", {there_[index].finding.id}));
      unnamed_.insert(there_[index].finding.heat_map);
      ++outcome_.removed;
    }
    for (const auto& finding : outcome_.open) unnamed_.erase(finding.heat_map);
    for (const auto& there : there_)
      if (is_decided(there)) unnamed_.erase(there.finding.heat_map);
    unnamed_.erase("");
    outcome_.lost_heat_maps.assign(unnamed_.begin(), unnamed_.end());
    return std::move(outcome_);
  }

 private:
  using Index = std::set<std::size_t>::iterator;

  Index match(const Finding& found) {
    auto best = unmatched_.end();
    double most = same_overlap;
    for (auto index = unmatched_.begin(); index != unmatched_.end(); ++index) {
      const auto& there = there_[*index].finding;
      if (!are_of_one_kind(found, there) || found.class_name != there.class_name) continue;
      const double here = likeness(found.box, there.box);
      if (here < most || (best != unmatched_.end() && here == most)) continue;
      best = index;
      most = here;
    }
    return best;
  }

  core::Result<void> add(Finding found) {
    found.id = core::FindingId::make(now_);
    found.revision = 1;
    found.decided_at.reset();
    found.decided_by.clear();
    found.notes.clear();
    SG_TRY(insert_kept(session_, {.finding = found, .said_class = found.class_name, .said_box = found.box}));
    outcome_.added.push_back(found.id);
    if (found.severity == core::Severity::critical) outcome_.turned_critical.push_back(found.id);
    outcome_.open.push_back(std::move(found));
    return {};
  }

  // Without a change nothing is written: nobody needs to hear that a picture still shows what it showed.
  core::Result<void> renew(Index same, Finding found) {
    const auto& before = there_[*same].finding;
    found.id = before.id;
    found.created_at = before.created_at;
    found.revision = before.revision;
    found.notes = before.notes;
    if (found.severity == core::Severity::critical && before.severity != core::Severity::critical)
      outcome_.turned_critical.push_back(found.id);
    if (result_of(found) != result_of(before)) {
      SG_TRY(write_kept(session_, {.finding = found, .said_class = found.class_name, .said_box = found.box}));
      ++found.revision;
      unnamed_.insert(before.heat_map);
    }
    outcome_.open.push_back(std::move(found));
    unmatched_.erase(same);
    return {};
  }

  Session& session_;
  core::PhotoId photo_;
  core::Instant now_;
  std::vector<Kept> there_;
  std::set<std::size_t> unmatched_;  // of there_: open ones of the kinds that were computed
  std::set<std::string> unnamed_;    // heat maps that may have lost their finding
  Replaced outcome_;
};

}  // namespace

core::Result<Replaced> replace_machine(Session& session, core::PhotoId photo, std::span<const core::FindingKind> kinds,
                                       std::vector<core::Finding> found, core::Instant now) {
  for (const auto& finding : found)
    if (std::ranges::find(kinds, finding.kind) == kinds.end())
      return core::fail(
          core::internal_error("A finding of a kind that was not computed.", std::string(core::name_of(finding.kind))));
  Replacement replacement(session, photo, now);
  SG_TRY(replacement.begin(kinds));
  for (auto& finding : found) SG_TRY(replacement.take(std::move(finding)));
  return replacement.finish();
}

}  // namespace sightglass::database::findings
