// The live channel: a WebSocket that tells what has changed.
#include <algorithm>
#include <string>

#include "http/endpoint_support.hpp"
#include "http/live_feed.hpp"
#include "http/object_access.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"

namespace sightglass::http {
namespace {

constexpr Guard guard{.area = accounts::Area::photos, .access = accounts::Access::read, .check = ObjectCheck::listing};

// A browser sends the cookie along whichever site opens the socket, and lets that site read what comes: the only thing
// that tells them apart is the origin, which pages cannot choose.
core::Result<void> check_origin(const Request& request) {
  if (request.caller.credential != accounts::Credential::browser_session) return {};
  const auto origin = request.headers.get("Origin");
  const auto scheme_end = origin.find("://");
  const auto host = request.headers.get("Host");
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const bool is_ours = scheme_end != std::string_view::npos && !host.empty() &&
                       std::ranges::equal(origin.substr(scheme_end + 3), host, {}, lower, lower);
  if (is_ours) return {};
  return core::fail(forbidden("only pages of this server may listen with its cookie"));
}

core::Result<accounts::Caller> check_again(accounts::Authenticator& authenticator, const std::string& authorization,
                                           const std::string& cookie) {
  SG_ASSIGN(auto caller, authenticator.check({.authorization = authorization, .cookie = cookie}));
  if (!caller.is_signed_in()) return core::fail(core::ErrorCode::unauthenticated, "signed out");
  if (caller.role < guard.least_role || !accounts::holds_scope(caller, guard.area, guard.access))
    return core::fail(forbidden("the rights to listen are gone"));
  return caller;
}

core::Result<std::unique_ptr<Channel>> listen(const Services& services, const Request& request) {
  SG_TRY(check_origin(request));
  QueryReader query(request);
  const auto since = query.integer("since", {.least = 0});
  SG_TRY(query.finish());
  auto check = [&authenticator = services.authenticator,
                authorization = std::string(request.headers.get("Authorization")),
                cookie = std::string(request.headers.get("Cookie"))] {
    return check_again(authenticator, authorization, cookie);
  };
  return services.live.subscribe(request.caller, std::move(check), since);
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
