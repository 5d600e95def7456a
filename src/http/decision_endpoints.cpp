// Decisions of reviewers: by the dozen, who made which, and taking them back.
#include "http/decision_endpoints.hpp"

#include <array>

#include "accounts/access.hpp"
#include "database/decisions.hpp"
#include "database/savepoint.hpp"
#include "http/endpoint_support.hpp"
#include "http/finding_access.hpp"
#include "http/finding_input.hpp"
#include "http/finding_json.hpp"
#include "http/object_access.hpp"
#include "http/problem.hpp"
#include "inspection/burst_decisions.hpp"
#include "inspection/undo.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using inspection::Decided;

constexpr std::array<std::string_view, 4> actions{"confirm", "reject", "correct", "resolve"};
constexpr std::size_t most_decisions = 100;  // in one request
constexpr std::int32_t most_told = 500;      // decisions on one photo

void write_decision(core::JsonWriter& json, const database::decisions::Decision& decision) {
  json.begin_object().member("id", decision.id.to_string()).member("finding_id", decision.finding_id.to_string());
  json.member("photo_id", decision.photo_id.to_string()).key("kind").string(core::name_of(decision.kind));
  json.member("action", decision.action).member("name", decision.name);
  json.member("at", core::to_iso8601(decision.at)).member("seconds", decision.seconds);
  json.member("undone", decision.undone_by.has_value()).end_object();
}

Result<Response> list_decisions(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto photo = query.id<core::PhotoId>("photo");
  SG_TRY(query.finish());
  using Decisions = std::vector<database::decisions::Decision>;
  SG_ASSIGN(const auto decisions, services.database.read([&](Session& session) -> Result<Decisions> {
    if (!photo) return database::decisions::of_user(session, request.caller.user_id, inspection::most_undone);
    SG_TRY(visible_photo(session, request.caller, *photo));
    return database::decisions::of_photo(session, *photo, most_told);
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& decision : decisions) write_decision(json, decision);
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

struct Wish {
  core::FindingId finding{};
  inspection::Action action{};
  inspection::Word word{};
  bool is_of_burst = false;  // and of the others of its burst
};

Result<std::vector<Wish>> read_wishes(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  auto objects = body.required_objects("decisions", most_decisions);
  SG_TRY(body.finish());
  std::vector<Wish> wishes;
  for (auto& object : objects) {
    Wish wish{.finding = object.required_id<core::FindingId>("finding_id")};
    const auto action = inspection::action_from_name(object.optional_choice("action", actions).value_or(""));
    if (!action) object.refuse("action", "`action` is confirm, reject, correct or resolve");
    wish.action = action.value_or(inspection::Action::confirm);
    wish.word = read_word(object);
    wish.is_of_burst = object.optional_boolean("burst").value_or(false);
    SG_TRY(object.finish());
    wishes.push_back(std::move(wish));
  }
  return wishes;
}

// What became of one decision: its own finding or its own error.
struct Outcome {
  Wish wish{};
  Result<Decided> decided{};
  core::Size upright{};
  std::vector<Decided> followers{};
};

Result<Decided> decide_one(const Services& services, const Request& request, Session& session, Outcome& outcome) {
  const auto& wish = outcome.wish;
  SG_ASSIGN(const auto seen, seen_finding(session, request.caller, wish.finding));
  SG_TRY(accounts::may_decide(request.caller, seen.photo, seen.listed.finding.kind));
  outcome.upright = seen.listed.upright;
  auto word = wish.word;
  SG_TRY(clip(word, seen.listed.upright));
  SG_ASSIGN(auto decided, inspection::decide(session, person_of(request.caller), wish.finding, wish.action, word,
                                             services.clock.now()));
  SG_TRY(log_decision(services, session, request, inspection::name_of(wish.action), decided));
  if (!wish.is_of_burst) return decided;
  // Who may decide on one spotting may decide on all that they see.
  SG_ASSIGN(outcome.followers, inspection::follow(session, person_of(request.caller), decided,
                                                  accounts::visibility_of(request.caller), services.clock.now()));
  for (const auto& one : outcome.followers)
    SG_TRY(log_decision(services, session, request, inspection::name_of(wish.action), one));
  return decided;
}

// Beside the refusals of any object: words that do not fit this finding.
bool is_its_own_fault(const core::Error& error) {
  return is_refusal(error.code) || error.code == core::ErrorCode::invalid_input;
}

Result<std::vector<Outcome>> decide_all(const Services& services, const Request& request, Session& session,
                                        const std::vector<Wish>& wishes) {
  std::vector<Outcome> outcomes;
  for (const auto& wish : wishes) {
    Outcome outcome{.wish = wish};
    outcome.decided = database::in_savepoint(session, [&] { return decide_one(services, request, session, outcome); });
    if (!outcome.decided && !is_its_own_fault(outcome.decided.error()))
      return core::fail(std::move(outcome.decided).error());
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

void write_outcome(core::JsonWriter& json, const Outcome& outcome) {
  json.begin_object().member("finding_id", outcome.wish.finding.to_string());
  json.member("client_id",
              outcome.wish.word.client_id.empty() ? std::nullopt : std::optional(outcome.wish.word.client_id));
  if (outcome.decided) {
    json.member("decision_id", outcome.decided->decision.to_string()).member("repeated", outcome.decided->is_repeat);
    json.key("finding");
    write_finding(json, outcome.decided->finding, outcome.upright);
    json.key("followed").begin_array();
    for (const auto& one : outcome.followers) json.string(one.finding.id.to_string());
    json.end_array();
  } else {
    const auto& error = outcome.decided.error();
    json.key("error").begin_object().key("code").string(public_code_of(error)).member("message", error.message);
    json.member("field", error.field.empty() ? std::nullopt : std::optional(error.field)).end_object();
  }
  json.end_object();
}

Result<Response> post_decisions(const Services& services, const Request& request) {
  SG_ASSIGN(const auto wishes, read_wishes(request));
  SG_ASSIGN(const auto outcomes,
            services.database.write([&](Session& session) { return decide_all(services, request, session, wishes); }));
  std::vector<Decided> decided;
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& outcome : outcomes) {
    write_outcome(json, outcome);
    if (outcome.decided) decided.push_back(*outcome.decided);
  }
  json.end_array().end_object();
  renew_sidecars(services, decided);
  return Response::json(200, std::move(text));
}

Result<Response> post_undo(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto id = body.required_id<core::DecisionId>("decision_id");
  SG_TRY(body.finish());
  core::Size upright;
  std::size_t followers = 0;
  SG_ASSIGN(const auto undone, services.database.write([&](Session& session) -> Result<Decided> {
    SG_ASSIGN(const auto others,
              inspection::undo_followers(session, person_of(request.caller), id,
                                         accounts::visibility_of(request.caller), services.clock.now()));
    for (const auto& one : others) SG_TRY(log_decision(services, session, request, "undo", one));
    followers = others.size();
    SG_ASSIGN(auto decided, inspection::undo(session, person_of(request.caller), id, services.clock.now()));
    // What one may no longer see or decide, one may no longer take back; the transaction is rolled back.
    SG_ASSIGN(const auto photo, visible_photo(session, request.caller, decided.finding.photo_id));
    SG_TRY(accounts::may_decide(request.caller, photo, decided.finding.kind));
    SG_TRY(log_decision(services, session, request, "undo", decided));
    upright = upright_size(photo);
    return decided;
  }));
  renew_sidecars(services, {undone});
  SG_ASSIGN(const auto there, services.database.read([&](Session& session) {
    return database::findings::find(session, undone.finding.id);
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("decision_id", undone.decision.to_string());
  json.member("finding_id", undone.finding.id.to_string());
  json.member("followed", static_cast<std::int64_t>(followers)).key("finding");
  if (there)
    write_finding(json, *there, upright);
  else
    json.null();
  json.end_object();
  return Response::json(200, std::move(text));
}

Guard writes() {
  return {.least_role = core::Role::technician,
          .area = accounts::Area::review,
          .access = accounts::Access::write,
          .check = ObjectCheck::photo};
}

}  // namespace

void add_decision_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/review/decisions",
                   .operation = "listDecisions",
                   .guard = {.area = accounts::Area::review, .check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_decisions)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/review/decisions",
                   .operation = "decideFindings",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, post_decisions)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/review/undo",
                   .operation = "undoDecision",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, post_undo)});
}

}  // namespace sightglass::http
