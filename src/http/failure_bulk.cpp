#include "http/failure_bulk.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "accounts/access.hpp"
#include "care/failure_actions.hpp"
#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "database/savepoint.hpp"
#include "http/failure_filter.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/query.hpp"

namespace sightglass::http {
namespace {

namespace photo_failures = database::photo_failures;
using photo_failures::FailureId;

constexpr std::size_t most_named = 500;
constexpr std::int32_t at_once = 200;           // of a filter's failures in one call
constexpr std::size_t of_one_transaction = 50;  // so that workers, who write too, wait no longer than some milliseconds
constexpr std::array<std::string_view, 3> actions{"retry", "skip", "reopen"};

core::Result<photo_failures::Filter> read_filter(Parameters parameters, std::string_view action) {
  Request as_query;
  as_query.query = std::move(parameters);
  QueryReader reader(as_query);
  auto filter = read_failure_filter(reader);
  if (const auto checked = reader.finish(); !checked)
    return core::fail(core::invalid_input("filter", checked.error().message));
  using enum photo_failures::State;
  if (!filter.state) filter.state = action == "reopen" ? resolved : open;
  return filter;
}

core::Result<void> apply(const Services& services, database::Session& session, const Request& request,
                         std::string_view action, const photo_failures::Failure& failure) {
  const auto now = services.clock.now();
  if (action == "retry") return care::retry_failure(session, failure, request.request_id, now);
  if (action == "skip") return care::skip_failure(session, failure, request.caller.name, now);
  return care::reopen_failure(session, failure);
}

// The photo's history tells what was done about its failure.
core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         std::string_view action, const photo_failures::Failure& failure) {
  std::string details;
  core::JsonWriter(details)
      .begin_object()
      .member("failure", failure.id.to_string())
      .member("code", failure.code)
      .end_object();
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = "failure." + std::string(action),
                                .object_type = "photo",
                                .object_id = failure.photo_id.to_string(),
                                .details = std::move(details)});
}

core::Result<bool> change_one(const Services& services, database::Session& session, const Request& request,
                              std::string_view action, FailureId id) {
  SG_ASSIGN(const auto shown, photo_failures::find(session, id, accounts::visibility_of(request.caller)));
  if (!shown) return core::fail(core::not_found("no such failure"));
  SG_TRY(accounts::may_reprocess_photo(
      request.caller, {.id = shown->failure.photo_id, .job_id = shown->job_id, .uploaded_by = shown->uploaded_by}));
  SG_TRY(apply(services, session, request, action, shown->failure));
  SG_TRY(audit(services, session, request, action, shown->failure));
  return true;
}

core::Result<FailureOutcome> change_some(const Services& services, database::Session& session, const Request& request,
                                         std::string_view action, std::span<const FailureId> ids) {
  FailureOutcome outcome;
  for (const auto id : ids) {
    const auto changed =
        database::in_savepoint(session, [&] { return change_one(services, session, request, action, id); });
    if (changed)
      outcome.changed.push_back(id);
    else if (is_refusal(changed.error().code))
      outcome.refused.emplace_back(id, changed.error().message);
    else
      return core::fail(changed.error());
  }
  return outcome;
}

core::Result<std::vector<FailureId>> choose(const Services& services, const Request& request, const FailureBulk& bulk,
                                            std::optional<std::string>& next) {
  if (bulk.named) return *bulk.named;
  SG_ASSIGN(auto found, services.database.read([&](database::Session& session) {
    return photo_failures::list(session, bulk.filter, accounts::visibility_of(request.caller), bulk.after, at_once + 1);
  }));
  if (found.size() > static_cast<std::size_t>(at_once)) {
    found.pop_back();
    next = failure_cursor(failure_list, key_of(found.back()));
  }
  std::vector<FailureId> ids;
  for (const auto& shown : found) ids.push_back(shown.failure.id);
  return ids;
}

}  // namespace

core::Result<FailureBulk> read_failure_bulk(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  FailureBulk bulk{.action = body.optional_choice("action", actions).value_or("")};
  if (bulk.action.empty()) body.refuse("action", "must be retry, skip or reopen");
  const bool names_failures = body.has("failures");
  if (names_failures) bulk.named = body.required_ids<FailureId>("failures", most_named);
  auto filter = body.optional_parameters("filter");
  const auto cursor = body.optional_string("cursor", 500);
  SG_TRY(body.finish());
  if (names_failures == filter.has_value())
    return core::fail(core::invalid_input("failures", "give either failures or a filter"));
  if (!filter) return bulk;
  SG_ASSIGN(bulk.filter, read_filter(std::move(*filter), bulk.action));
  SG_ASSIGN(bulk.after, read_failure_cursor(failure_list, cursor));
  return bulk;
}

core::Result<FailureOutcome> perform(const Services& services, const Request& request, const FailureBulk& bulk) {
  FailureOutcome all;
  SG_ASSIGN(const auto ids, choose(services, request, bulk, all.next));
  for (std::span<const FailureId> rest = ids; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), of_one_transaction));
    SG_ASSIGN(auto outcome, services.database.write([&](database::Session& session) {
      return change_some(services, session, request, bulk.action, some);
    }));
    all.changed.insert(all.changed.end(), outcome.changed.begin(), outcome.changed.end());
    std::ranges::move(outcome.refused, std::back_inserter(all.refused));
    rest = rest.subspan(some.size());
  }
  return all;
}

std::string to_json(const FailureOutcome& outcome) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("changed", static_cast<std::int64_t>(outcome.changed.size()));
  json.key("failures").begin_array();
  for (const auto& id : outcome.changed) json.string(id.to_string());
  json.end_array().key("refused").begin_array();
  for (const auto& [id, problem] : outcome.refused)
    json.begin_object().member("id", id.to_string()).member("problem", problem).end_object();
  json.end_array().member("next", outcome.next).end_object();
  return text;
}

}  // namespace sightglass::http
