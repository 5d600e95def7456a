#include "inspection/decisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "database/bursts.hpp"
#include "database/decisions.hpp"
#include "database/findings.hpp"
#include "database/meters.hpp"
#include "database/photo_verdicts.hpp"
#include "filing/finding_json.hpp"

namespace sightglass::inspection {
namespace {

using core::Finding;
using core::FindingKind;
using core::FindingState;
using core::Result;
using database::Session;
namespace stored = database::findings;

constexpr std::array<std::string_view, 4> action_names{"confirm", "reject", "correct", "resolve"};

core::Error changed_meanwhile() {
  return {.code = core::ErrorCode::conflict,
          .message = "Somebody changed this finding meanwhile; look at it again.",
          .field = "revision"};
}

// The earlier outcome of a decision that a client sends again because it missed the answer.
Result<std::optional<Decided>> repeated(Session& session, const Person& person, std::optional<core::FindingId> id,
                                        const Word& word) {
  SG_ASSIGN(const auto sent, database::decisions::find_sent(session, person.id, word.client_id));
  if (!sent) return std::optional<Decided>{};
  if (id ? sent->finding_id != *id : sent->action != "draw")
    return core::fail({.code = core::ErrorCode::conflict,
                       .message = "This client_id was given for another decision.",
                       .field = "client_id"});
  SG_ASSIGN(auto finding, stored::find(session, sent->finding_id));
  if (!finding) {
    SG_ASSIGN(finding, filing::finding_from_json(sent->after.empty() ? sent->before : sent->after));
  }
  return std::optional(Decided{.finding = std::move(*finding), .decision = sent->id, .is_repeat = true});
}

Result<Finding> seen(Session& session, core::FindingId id, const Word& word) {
  SG_ASSIGN(auto finding, stored::find(session, id));
  if (!finding) return core::fail(core::not_found("no such finding"));
  if (word.revision && *word.revision != finding->revision) return core::fail(changed_meanwhile());
  return std::move(*finding);
}

struct Step {
  std::string_view action;
  const Finding* before;  // nullptr: there was none
  const Finding* after;   // nullptr: there is none
};

// The outcome tells of the finding as it stands, or stood.
Result<Decided> note(Session& session, const Person& person, const Step& step, const Word& word, core::Instant now) {
  const Finding& any = step.after != nullptr ? *step.after : *step.before;
  const database::decisions::Decision decision{.id = core::DecisionId::make(now),
                                               .finding_id = any.id,
                                               .photo_id = any.photo_id,
                                               .kind = any.kind,
                                               .user_id = person.id,
                                               .name = person.name,
                                               .action = std::string(step.action),
                                               .before = step.before != nullptr ? filing::to_json(*step.before) : "",
                                               .after = step.after != nullptr ? filing::to_json(*step.after) : "",
                                               .at = now,
                                               .seconds = word.seconds,
                                               .client_id = word.client_id,
                                               .led_by = word.led_by};
  SG_TRY(database::decisions::insert(session, decision));
  Decided decided{.finding = any, .decision = decision.id};
  if (any.kind == FindingKind::anomaly) {
    SG_ASSIGN(decided.has_changed_verdict, database::photo_verdicts::settle(session, any.photo_id));
  }
  return decided;
}

Result<void> say_value(Session& session, Finding& finding, double value) {
  if (finding.kind != FindingKind::reading)
    return core::fail(core::invalid_input("value", "only readings have a value"));
  SG_TRY(check_value(session, finding, value));
  finding.value = value;
  finding.reason.clear();
  SG_ASSIGN(finding.value_text, value_text(session, finding, value));
  return {};
}

Result<void> say_meter(Session& session, Finding& finding, core::MeterId meter) {
  if (finding.kind != FindingKind::reading)
    return core::fail(core::invalid_input("meter_id", "only readings are of a meter"));
  SG_ASSIGN(const auto found, database::meters::find(session, meter));
  if (!found) return core::fail(core::invalid_input("meter_id", "no such meter"));
  finding.meter_id = meter;
  finding.unit = found->unit;
  return {};
}

// The value that stays has to be one that the new meter can show.
Result<void> keep_value(Session& session, Finding& finding) {
  if (!finding.value) return {};
  if (auto fits = check_value(session, finding, *finding.value); !fits) {
    fits.error().field = "meter_id";
    return fits;
  }
  SG_ASSIGN(finding.value_text, value_text(session, finding, *finding.value));
  return {};
}

// Whatever of the finding the person said otherwise.
Result<void> say(Session& session, Finding& finding, const Word& word) {
  if (word.class_name) finding.class_name = *word.class_name;
  if (finding.class_name.empty() && finding.kind != FindingKind::reading)
    return core::fail(core::invalid_input("class", "a finding needs a class"));
  if (word.severity) finding.severity = *word.severity;
  if (word.box && word.box->is_empty()) return core::fail(core::invalid_input("box", "the box is empty"));
  if (word.box) finding.box = word.box;
  if (word.meter) SG_TRY(say_meter(session, finding, *word.meter));
  if (word.value) SG_TRY(say_value(session, finding, *word.value));
  if (word.meter && !word.value) SG_TRY(keep_value(session, finding));
  if (word.count && finding.kind != FindingKind::spotting)
    return core::fail(core::invalid_input("count", "only spottings have a count"));
  if (word.count) finding.count = *word.count;
  if (word.notes) finding.notes = *word.notes;
  return {};
}

bool says_otherwise(const Word& word) {
  return word.class_name || word.severity || word.box || word.value || word.count || word.meter;
}

Result<FindingState> state_after(const Finding& finding, Action action, const Word& word) {
  const bool can_be_mended = finding.kind == FindingKind::damage || finding.kind == FindingKind::anomaly;
  switch (action) {
    case Action::confirm:
      if (finding.kind == FindingKind::reading && !finding.value)
        return core::fail(core::invalid_input("action", "a reading without a value cannot be right; correct it"));
      return FindingState::confirmed;
    case Action::reject: return FindingState::rejected;
    case Action::correct:
      if (!says_otherwise(word)) return core::fail(core::invalid_input("action", "nothing is said to be otherwise"));
      return FindingState::corrected;
    case Action::resolve:
      if (!can_be_mended) return core::fail(core::invalid_input("action", "only damage and anomalies are resolved"));
      return FindingState::resolved;
  }
  return finding.state;
}

Result<Decided> write(Session& session, const Person& person, const Finding& before, Finding after,
                      std::string_view action, const Word& word, core::Instant now) {
  after.updated_at = now;
  // Notes alone decide nothing.
  if (after.state != FindingState::open) {
    after.decided_at = now;
    after.decided_by = person.name;
  }
  SG_ASSIGN(const bool was_written, stored::update(session, after));
  if (!was_written) return core::fail(changed_meanwhile());
  ++after.revision;
  return note(session, person, {action, &before, &after}, word, now);
}

}  // namespace

std::string_view name_of(Action action) { return action_names.at(static_cast<std::size_t>(action)); }

std::optional<Action> action_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(action_names, name);
  if (found == action_names.end()) return std::nullopt;
  return static_cast<Action>(found - action_names.begin());
}

Result<Decided> decide(Session& session, const Person& person, core::FindingId id, Action action, const Word& word,
                       core::Instant now) {
  SG_ASSIGN(auto earlier, repeated(session, person, id, word));
  if (earlier) return std::move(*earlier);
  SG_ASSIGN(const auto before, seen(session, id, word));
  if (action != Action::correct && says_otherwise(word))
    return core::fail(core::invalid_input("action", "what is otherwise is corrected"));
  SG_ASSIGN(const auto state, state_after(before, action, word));
  auto after = before;
  SG_TRY(say(session, after, word));
  after.state = state;
  return write(session, person, before, std::move(after), name_of(action), word, now);
}

Result<Decided> change(Session& session, const Person& person, core::FindingId id, const Word& word,
                       core::Instant now) {
  SG_ASSIGN(auto earlier, repeated(session, person, id, word));
  if (earlier) return std::move(*earlier);
  SG_ASSIGN(const auto before, seen(session, id, word));
  auto after = before;
  SG_TRY(say(session, after, word));
  if (before.state == FindingState::open && says_otherwise(word)) after.state = FindingState::corrected;
  const bool is_moved_alone = word.box && !word.class_name;
  return write(session, person, before, std::move(after), is_moved_alone ? "move" : "relabel", word, now);
}

Result<Decided> draw(Session& session, const Person& person, const core::Photo& photo, FindingKind kind,
                     const Word& word, core::Instant now) {
  SG_ASSIGN(auto earlier, repeated(session, person, std::nullopt, word));
  if (earlier) return std::move(*earlier);
  Finding finding;
  finding.id = core::FindingId::make(now);
  finding.photo_id = photo.id;
  finding.kind = kind;
  finding.state = FindingState::confirmed;
  finding.is_by_person = true;
  finding.confidence = 1;
  finding.created_at = finding.updated_at = now;
  finding.decided_at = now;
  finding.decided_by = person.name;
  if (kind == FindingKind::reading && !word.value)
    return core::fail(core::invalid_input("value", "a reading needs a value"));
  SG_TRY(say(session, finding, word));
  if (kind == FindingKind::spotting) {
    SG_ASSIGN(const auto frame, database::bursts::find(session, photo.id));
    if (frame) finding.burst = frame->burst;
  }
  SG_TRY(stored::insert(session, finding));
  return note(session, person, {"draw", nullptr, &finding}, word, now);
}

Result<Decided> remove(Session& session, const Person& person, core::FindingId id, const Word& word,
                       core::Instant now) {
  SG_ASSIGN(auto earlier, repeated(session, person, id, word));
  if (earlier) return std::move(*earlier);
  SG_ASSIGN(const auto before, seen(session, id, word));
  if (!before.is_by_person) return decide(session, person, id, Action::reject, word, now);
  SG_ASSIGN(const bool is_gone, stored::remove(session, id, before.revision));
  if (!is_gone) return core::fail(changed_meanwhile());
  return note(session, person, {"remove", &before, nullptr}, word, now);
}

Result<void> check_value(Session& session, const Finding& finding, double value) {
  if (!std::isfinite(value)) return core::fail(core::invalid_input("value", "the value is not a number"));
  if (!finding.meter_id) return {};
  SG_ASSIGN(const auto meter, database::meters::find(session, *finding.meter_id));
  if (!meter || meter->digits == 0) return {};
  const double scale = std::pow(10, meter->decimals);
  // Doubles hold 15 decimal digits; what lies further off than that is a further decimal.
  const bool has_more = std::abs(value * scale - std::round(value * scale)) > std::max(1.0, value * scale) * 1e-9;
  if (value < 0 || value >= std::pow(10, meter->digits) || has_more)
    return core::fail(core::invalid_input(
        "value", fmt::format("the meter shows {} digits and {} decimals", meter->digits, meter->decimals)));
  return {};
}

Result<std::string> value_text(Session& session, const Finding& finding, double value) {
  if (!finding.meter_id) return fmt::format("{}", value);
  SG_ASSIGN(const auto meter, database::meters::find(session, *finding.meter_id));
  if (!meter || meter->digits == 0) return fmt::format("{}", value);
  const int width = meter->digits + (meter->decimals > 0 ? meter->decimals + 1 : 0);
  return fmt::format("{:0{}.{}f}", value, width, meter->decimals);
}

}  // namespace sightglass::inspection
