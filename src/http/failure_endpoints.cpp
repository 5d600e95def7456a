// The failure inbox: entries, the bursts they came in, how many wait, and what is done about many at once.
#include <utility>
#include <vector>

#include "accounts/caller.hpp"
#include "database/photos.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/failure_bulk.hpp"
#include "http/failure_filter.hpp"
#include "http/page_cursor.hpp"

namespace sightglass::http {
namespace {

namespace photo_failures = database::photo_failures;

constexpr std::string_view group_list = "failure_groups";
constexpr std::int32_t samples_of_group = 4;

core::Result<Response> list_failures(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto filter = read_failure_filter(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto after, read_failure_cursor(failure_list, page.cursor));
  SG_ASSIGN(auto rows, services.database.read([&](database::Session& session) {
    return photo_failures::list(session, filter, accounts::visibility_of(request.caller), after, page.limit + 1);
  }));
  std::optional<std::string> next;
  if (rows.size() > static_cast<std::size_t>(page.limit)) {
    rows.pop_back();
    next = failure_cursor(failure_list, key_of(rows.back()));
  }
  return private_json(200, page_json(rows, next, write_failure));
}

struct Group {
  photo_failures::Burst burst{};
  std::vector<photo_failures::ShownFailure> samples{};  // the newest
};

void write_group(core::JsonWriter& json, const Group& group) {
  const auto& burst = group.burst;
  json.begin_object().member("group", burst.burst).member("code", burst.code).member("failures", burst.failures);
  json.member("first_at", core::to_iso8601(burst.first_at)).member("last_at", core::to_iso8601(burst.last_at));
  json.key("newest").begin_array();
  for (const auto& shown : group.samples) write_failure(json, shown);
  json.end_array().end_object();
}

core::Result<std::vector<Group>> read_groups(database::Session& session, photo_failures::Filter filter,
                                             const database::photos::Visibility& visibility,
                                             const std::optional<photo_failures::PageKey>& after, std::int32_t limit) {
  SG_ASSIGN(auto bursts, photo_failures::list_bursts(session, filter, visibility, after, limit));
  std::vector<Group> groups;
  for (auto& burst : bursts) {
    filter.burst = burst.burst;
    SG_ASSIGN(auto samples, photo_failures::list(session, filter, visibility, std::nullopt, samples_of_group));
    groups.push_back({.burst = std::move(burst), .samples = std::move(samples)});
  }
  return groups;
}

core::Result<Response> list_groups(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto filter = read_failure_filter(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto after, read_failure_cursor(group_list, page.cursor));
  SG_ASSIGN(auto groups, services.database.read([&](database::Session& session) {
    return read_groups(session, filter, accounts::visibility_of(request.caller), after, page.limit + 1);
  }));
  std::optional<std::string> next;
  if (groups.size() > static_cast<std::size_t>(page.limit)) {
    groups.pop_back();
    const auto& last = groups.back().burst;
    const auto id = core::Uuid::parse(last.burst).value_or(core::Uuid{});
    next = failure_cursor(group_list, {.at = last.last_at, .id = id});
  }
  return private_json(200, page_json(groups, next, write_group));
}

core::Result<Response> count_failures(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto filter = read_failure_filter(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto counts, services.database.read([&](database::Session& session) {
    return photo_failures::count(session, filter, accounts::visibility_of(request.caller));
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("open", counts.open).member("retrying", counts.retrying);
  json.member("resolved", counts.resolved).end_object();
  return private_json(200, std::move(text));
}

core::Result<Response> change_failures(const Services& services, const Request& request) {
  SG_ASSIGN(const auto bulk, read_failure_bulk(request));
  SG_ASSIGN(const auto outcome, perform(services, request, bulk));
  if (bulk.action == "retry" && services.wake_workers && !outcome.changed.empty()) services.wake_workers();
  return Response::json(200, to_json(outcome));
}

}  // namespace

void add_failure_endpoints(EndpointTable& table, const Services& services) {
  Guard guard{.area = accounts::Area::tasks, .check = ObjectCheck::listing};
  const auto add_reading = [&](std::string_view pattern, std::string_view operation, ServiceFunction handle) {
    table.push_back({.method = Method::get,
                     .pattern = pattern,
                     .operation = operation,
                     .guard = guard,
                     .handle = bound_with_query(services, handle)});
  };
  add_reading("/api/v1/failures", "listFailures", list_failures);
  add_reading("/api/v1/failures/groups", "listFailureGroups", list_groups);
  add_reading("/api/v1/failures/counts", "countFailures", count_failures);
  guard.least_role = core::Role::technician;
  guard.access = accounts::Access::write;
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/failures/bulk",
                   .operation = "changeFailures",
                   .guard = guard,
                   .body = BodyKind::json,
                   .handle = bound(services, change_failures)});
}

}  // namespace sightglass::http
