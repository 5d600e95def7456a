#include "http/channel_access.hpp"

#include <algorithm>
#include <string>

#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"

namespace sightglass::http {

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

ChannelCheck check_of(accounts::Authenticator& authenticator, const Request& request, const Guard& guard) {
  return [&authenticator, least_role = guard.least_role, area = guard.area, access = guard.access,
          authorization = std::string(request.headers.get("Authorization")),
          cookie = std::string(request.headers.get("Cookie"))]() -> core::Result<accounts::Caller> {
    SG_ASSIGN(auto caller, authenticator.check({.authorization = authorization, .cookie = cookie}));
    if (!caller.is_signed_in()) return core::fail(core::ErrorCode::unauthenticated, "signed out");
    if (caller.role < least_role || !accounts::holds_scope(caller, area, access))
      return core::fail(forbidden("the rights to listen are gone"));
    return caller;
  };
}

}  // namespace sightglass::http
