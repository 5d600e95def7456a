// What services outside cost this month.
#include "core/json_writer.hpp"
#include "database/budget.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {
namespace {

namespace rows = database::budget;

core::Result<Response> get_budget(const Services& services, const Request&) {
  SG_ASSIGN(const auto month, services.database.write([&](database::Session& session) {
    return rows::month(session, services.clock.now());
  }));
  const auto when = [](const std::optional<core::Instant>& at) {
    return at ? std::optional(core::to_iso8601(*at)) : std::nullopt;
  };
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("month", month.month);
  json.member("state", inspection::name_of(inspection::state_of(month, services.budget)));
  json.member("limit_micros", services.budget.monthly).member("reserved_micros", month.reserved);
  json.member("spent_micros", month.spent).member("price_micros_per_unit", services.budget.price_of_unit);
  json.member("warned_at", when(month.warned_at)).member("throttled_at", when(month.throttled_at));
  json.member("stopped_at", when(month.stopped_at)).end_object();
  return private_json(200, std::move(text));
}

}  // namespace

void add_budget_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/budget",
                   .operation = "getBudget",
                   .guard = {.least_role = core::Role::administrator, .area = accounts::Area::settings},
                   .handle = bound(services, get_budget)});
}

}  // namespace sightglass::http
