// Deciding of findings: what a person says of one, written with what stood before, so that it can be taken back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::inspection {

// Who decides: an account, and the name the log is to show.
struct Person {
  core::UserId id{};
  std::string name{};
};

// confirm: it is as it was found. reject: there is nothing. correct: there is something, but otherwise; needs at least
// one of class, severity, box, value and count. resolve: what was found was mended (damage and anomalies alone).
enum class Action : std::uint8_t { confirm, reject, correct, resolve };
std::string_view name_of(Action action);
std::optional<Action> action_from_name(std::string_view name);

// What a person says of a finding. Absent members are left as they are.
struct Word {
  std::optional<std::string> class_name{};
  std::optional<core::Severity> severity{};
  std::optional<core::Box> box{};       // pixels of the upright original
  std::optional<double> value{};        // of readings alone
  std::optional<std::int32_t> count{};  // of spottings alone; ≥ 0
  std::optional<core::MeterId> meter{};
  std::optional<std::string> notes{};
  std::optional<double> seconds{};           // how long the person looked, ≥ 0
  std::string client_id{};                   // a decision sent twice under one counts once; empty: none
  std::optional<std::int64_t> revision{};    // the one the person saw: conflict when somebody changed it since
  std::optional<core::DecisionId> led_by{};  // the decision that this one follows
};

struct Decided {
  core::Finding finding{};  // as it stands now; of a removed one as it stood
  core::DecisionId decision{};
  bool is_repeat = false;            // the client_id was known: nothing was done again
  bool has_changed_verdict = false;  // of the photo: its sidecar is to be renewed
};

// All block on the database and run in the caller's transaction, which decides whether the person may. The photo's
// verdict follows in the same transaction (database/photo_verdicts.hpp). Errors of all: not_found for a finding that is
// gone; conflict when it has another revision than `word.revision`, or the client_id was given for another finding;
// invalid_input naming "class", "box", "value", "count", "meter_id" or "action" for what does not fit the finding.

core::Result<Decided> decide(database::Session& session, const Person& person, core::FindingId id, Action action,
                             const Word& word, core::Instant now);
// Moves, names or describes anew: a finding that was open is corrected by that, a decided one stays decided.
core::Result<Decided> change(database::Session& session, const Person& person, core::FindingId id, const Word& word,
                             core::Instant now);
// What a person saw and no machine. Confirmed from the start.
core::Result<Decided> draw(database::Session& session, const Person& person, const core::Photo& photo,
                           core::FindingKind kind, const Word& word, core::Instant now);
// Of what a person drew nothing remains; what a machine found is rejected, so that it is not found again.
core::Result<Decided> remove(database::Session& session, const Person& person, core::FindingId id, const Word& word,
                             core::Instant now);

// What a meter can show: not below 0 unless its count of digits is unknown, no more digits and decimals than it has.
// invalid_input naming "value".
core::Result<void> check_value(database::Session& session, const core::Finding& finding, double value);
// As the meter shows it, with leading zeros; the shortest decimal form without a meter.
core::Result<std::string> value_text(database::Session& session, const core::Finding& finding, double value);

}  // namespace sightglass::inspection
