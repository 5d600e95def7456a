// The live channel: a WebSocket that tells what has changed.
#include "http/channel_access.hpp"
#include "http/endpoint_support.hpp"
#include "http/live_feed.hpp"
#include "http/object_access.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"

namespace sightglass::http {
namespace {

constexpr Guard guard{.area = accounts::Area::photos, .access = accounts::Access::read, .check = ObjectCheck::listing};

core::Result<std::unique_ptr<Channel>> listen(const Services& services, const Request& request) {
  SG_TRY(check_origin(request));
  QueryReader query(request);
  const auto since = query.integer("since", {.least = 0});
  SG_TRY(query.finish());
  return services.live.subscribe(request.caller, check_of(services.authenticator, request, guard), since);
}

core::Result<Response> ask_for_upgrade(const Request& request) {
  auto response =
      protocol_problem(426, "upgrade_required", "this path is a WebSocket", ErrorStyle::structured, request.request_id);
  response.headers.add("Upgrade", "websocket");
  response.headers.add("Connection", "Upgrade");
  return response;
}

}  // namespace

void add_live_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/live",
                   .operation = "listen",
                   .guard = guard,
                   .handle = ask_for_upgrade,
                   .subscribe = [&services](const Request& request) { return listen(services, request); }});
}

}  // namespace sightglass::http
