#include "inspection/training/training_set.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "database/photo_verdicts.hpp"
#include "vision/splits.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
using database::Session;
namespace rows = database::training_examples;
namespace verdicts = database::photo_verdicts;

constexpr std::array<std::string_view, 3> tasks{"anomaly", "damage", "species"};
constexpr std::array<std::string_view, 4> scopes{"global", "asset_type", "asset", "location"};
constexpr std::uint64_t split_seed = 20'260;  // changes on which side every photo stands: never changed

core::FindingKind kind_of(std::string_view task) {
  if (task == "damage") return core::FindingKind::damage;
  return task == "species" ? core::FindingKind::spotting : core::FindingKind::anomaly;
}

// Species are learnt of the animal alone, so that its place must be known.
bool teaches(std::string_view task, const Taught& thing) {
  if (thing.class_name.empty() || thing.class_name == "unknown") return false;
  return task != "species" || (thing.box && thing.class_name != "empty");
}

void take_mark(const Facts& facts, Example& example) {
  example.role = facts.mark == "good" ? Role::good : facts.mark == "defect" ? Role::defect : Role::left_out;
  example.reason = Reason::mark;
  example.said_by = facts.marked_by;
}

void take_verdict(Role role, Example& example) {
  example.role = role;
  example.reason = Reason::verdict;
}

// The false alarms of a model teach the next one what is good.
void take_rejections(const Facts& facts, Example& example) {
  example.role = Role::good;
  example.reason = Reason::rejected;
  example.said_by = facts.decided_by;
}

void settle_role(std::string_view task, const Facts& facts, Example& example) {
  if (!facts.mark.empty()) return take_mark(facts, example);
  const bool has_thing = is_of_classes(task) ? !example.things.empty() : facts.defects > 0;
  if (has_thing) {
    example.role = is_of_classes(task) ? Role::of_class : Role::defect;
    example.reason = Reason::finding;
    example.said_by = example.things.empty() ? facts.decided_by : example.things.front().decided_by;
    return;
  }
  if (task == "species" || facts.defects > 0) return;
  if (facts.verdict == verdicts::bad && task == "anomaly") return take_verdict(Role::defect, example);
  if (facts.verdict == verdicts::good) return take_verdict(Role::good, example);
  if (facts.rejected > 0 && facts.open == 0 && facts.verdict.empty()) take_rejections(facts, example);
}

Example example_from(std::string_view task, const Facts& facts, std::vector<Taught> things) {
  Example example{.photo_id = facts.photo_id, .mark = facts.mark, .group = facts.group};
  std::ranges::copy_if(things, std::back_inserter(example.things),
                       [&](const Taught& thing) { return teaches(task, thing); });
  settle_role(task, facts, example);
  if (example.role != Role::of_class) example.things.clear();
  return example;
}

// What stands in the store stays. Of the others whole groups go to one side, and photos with the same bytes always.
// Few groups would leave one side empty; then each photo goes by itself.
std::vector<bool> sides_of(std::span<const Facts> facts) {
  std::set<std::string_view> groups;
  std::map<std::string, bool> known;
  for (const auto& one : facts) {
    groups.insert(one.group);
    if (one.is_held_out) known.emplace(one.sha256.to_hex(), *one.is_held_out);
  }
  std::vector<std::string> names;
  for (const auto& one : facts) names.push_back(groups.size() < least_groups ? one.sha256.to_hex() : one.group);
  auto sides = vision::held_out(names, held_out_share, split_seed);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto [same, is_first] = known.emplace(facts[i].sha256.to_hex(), sides[i]);
    sides[i] = facts[i].is_held_out.value_or(same->second);
  }
  return sides;
}

}  // namespace

Result<void> check(const Subject& subject) {
  if (std::ranges::find(tasks, subject.task) == tasks.end())
    return core::fail(core::invalid_input("task", "`task` is one of anomaly, damage and species"));
  if (std::ranges::find(scopes, subject.scope.kind) == scopes.end())
    return core::fail(
        core::invalid_input("scope", "models are trained for the scopes global, asset_type, asset and location"));
  return check_scope(subject.scope);
}

bool is_of_classes(std::string_view task) { return task != "anomaly"; }

rows::Question question_of(const Subject& subject) {
  return {.task = subject.task, .scope = subject.scope, .kind = kind_of(subject.task)};
}

std::string_view name_of(Role role) {
  constexpr std::array<std::string_view, 5> names{"", "good", "defect", "class", "left_out"};
  return names.at(static_cast<std::size_t>(role));
}

std::string_view name_of(Reason reason) {
  constexpr std::array<std::string_view, 5> names{"none", "mark", "finding", "verdict", "rejected"};
  return names.at(static_cast<std::size_t>(reason));
}

Result<TrainingSet> training_set(Session& session, const Subject& subject) {
  SG_TRY(check(subject));
  const auto question = question_of(subject);
  SG_ASSIGN(const auto facts, rows::facts(session, question));
  std::map<core::PhotoId, std::vector<Taught>> things;
  if (is_of_classes(subject.task)) {
    SG_ASSIGN(auto taught, rows::taught(session, question));
    for (auto& thing : taught) things[thing.photo_id].push_back(std::move(thing));
  }
  TrainingSet set{.subject = subject};
  const auto sides = sides_of(facts);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    auto example = example_from(subject.task, facts[i], std::move(things[facts[i].photo_id]));
    if (example.role == Role::none) continue;
    example.is_held_out = sides[i];
    if (!facts[i].is_held_out) set.new_sides.push_back({.photo_id = facts[i].photo_id, .is_held_out = sides[i]});
    set.examples.push_back(std::move(example));
  }
  return set;
}

Result<Example> example_of(Session& session, const Subject& subject, core::PhotoId photo) {
  SG_TRY(check(subject));
  // Its side depends on the others.
  SG_ASSIGN(auto set, training_set(session, subject));
  const auto found = std::ranges::find(set.examples, photo, &Example::photo_id);
  if (found != set.examples.end()) return std::move(*found);
  SG_ASSIGN(const auto facts, rows::facts_of(session, question_of(subject), photo));
  if (!facts) return core::fail(core::not_found("there is no such photo in this scope"));
  return Example{.photo_id = photo, .mark = facts->mark, .group = facts->group};
}

Result<Example> mark(Session& session, const Subject& subject, const rows::Mark& mark, core::Instant now) {
  SG_TRY(check(subject));
  if (subject.task != "anomaly" && mark.mark == "defect")
    return core::fail(core::invalid_input("mark", "classes are taught by confirming, correcting or drawing findings"));
  if (subject.task == "species" && mark.mark == "good")
    return core::fail(core::invalid_input("mark", "species are learnt of animals alone"));
  SG_ASSIGN(const auto facts, rows::facts_of(session, question_of(subject), mark.photo_id));
  if (!facts) return core::fail(core::not_found("there is no such photo in this scope"));
  SG_TRY(rows::put_mark(session, question_of(subject), mark, now));
  return example_of(session, subject, mark.photo_id);
}

}  // namespace sightglass::inspection::training
