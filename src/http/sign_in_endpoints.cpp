// Signing in and out, with tokens or a browser session, and the own account.
#include <fmt/format.h>

#include <algorithm>

#include "accounts/administration.hpp"
#include "accounts/sign_in.hpp"
#include "accounts/token_text.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/problem.hpp"

namespace sightglass::http {
namespace {

struct NameAndPassword {
  std::string name{};
  std::string password{};
};

core::Result<NameAndPassword> read_credentials(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  NameAndPassword read{.name = body.required_string("username", 256),
                       .password = body.required_secret("password", 1024)};
  SG_TRY(body.finish());
  return read;
}

// A refusal for too many failures says in Retry-After how long, which the general problem cannot know.
core::Result<Response> refusal(const Services& services, const Request& request, const std::string& name,
                               core::Error error) {
  if (error.code != core::ErrorCode::quota_exceeded) return core::fail(std::move(error));
  const auto wait = services.sign_in.wait_before_login(name, request.peer);
  auto response = problem(error, ErrorStyle::structured, request.request_id);
  response.headers.set("Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1)));
  return response;
}

Response answer(const accounts::TokenPair& pair) {
  std::string text;
  core::JsonWriter(text)
      .begin_object()
      .member("access_token", pair.access_token)
      .member("token_type", "Bearer")
      .member("expires_in", static_cast<std::int64_t>(pair.expires_in.count()))
      .member("refresh_token", pair.refresh_token)
      .end_object();
  return private_json(200, std::move(text));
}

Response answer(int status, const core::User& user, const std::string& csrf_token) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("user");
  write_user(json, user);
  json.member("csrf_token", csrf_token).end_object();
  return private_json(status, std::move(text));
}

std::string cookie(const Request& request, std::string_view value, std::int64_t max_age_seconds) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", accounts::session_cookie_name, value,
                     max_age_seconds, request.is_secure ? "; Secure" : "");
}

core::Result<Response> login(const Services& services, const Request& request) {
  SG_ASSIGN(const auto sent, read_credentials(request));
  auto pair = services.sign_in.login(sent.name, sent.password, origin_of(request));
  if (!pair) return refusal(services, request, sent.name, std::move(pair).error());
  return answer(*pair);
}

core::Result<Response> refresh(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto token = body.required_secret("refresh_token", 1024);
  SG_TRY(body.finish());
  SG_ASSIGN(const auto pair, services.sign_in.refresh(token, origin_of(request)));
  return answer(pair);
}

core::Result<Response> logout(const Services& services, const Request& request) {
  SG_TRY(services.sign_in.logout(request.caller, origin_of(request)));
  auto response = Response::empty(204);
  if (request.caller.credential == accounts::Credential::browser_session)
    response.headers.add("Set-Cookie", cookie(request, "", 0));
  return response;
}

core::Result<Response> get_me(const Services& services, const Request& request) {
  SG_ASSIGN(auto user, services.administration.own_user(request.caller));
  user.role = request.caller.role;  // a service token's may be lower than its owner's
  std::string text;
  core::JsonWriter json(text);
  write_user(json, user);
  return private_json(200, std::move(text));
}

core::Result<Response> open_session(const Services& services, const Request& request) {
  SG_ASSIGN(const auto sent, read_credentials(request));
  auto begun = services.sign_in.begin_browser_session(sent.name, sent.password, origin_of(request));
  if (!begun) return refusal(services, request, sent.name, std::move(begun).error());
  auto response = answer(200, begun->user, begun->csrf_token);
  const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(begun->expires_at - services.clock.now());
  response.headers.add("Set-Cookie", cookie(request, begun->cookie, lifetime.count()));
  return response;
}

core::Result<Response> get_session(const Services& services, const Request& request) {
  if (request.caller.credential != accounts::Credential::browser_session)
    return core::fail(core::ErrorCode::unauthenticated, "There is no browser session. Sign in first.");
  SG_ASSIGN(const auto user, services.administration.own_user(request.caller));
  return answer(200, user, accounts::csrf_token_of(request.headers.get("Cookie")));
}

core::Result<Response> change_password(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto current = body.required_secret("current_password", 1024);
  const auto wanted = body.required_secret("new_password", 1024);
  SG_TRY(body.finish());
  auto changed = services.administration.change_own_password(request.caller, current, wanted, services.sign_in,
                                                             origin_of(request));
  if (!changed) return refusal(services, request, request.caller.name, std::move(changed).error());
  return Response::empty(204);
}

Endpoint public_row(std::string_view pattern, std::string_view operation, Handler handle) {
  return {.method = Method::post,
          .pattern = pattern,
          .operation = operation,
          .guard = {.is_public = true},
          .body = BodyKind::json,
          .handle = std::move(handle),
          .max_body_bytes = 16 << 10};
}

Endpoint own_row(Method method, std::string_view pattern, std::string_view operation, Handler handle) {
  const auto access = method == Method::get ? accounts::Access::read : accounts::Access::write;
  return {.method = method,
          .pattern = pattern,
          .operation = operation,
          .guard = {.area = accounts::Area::account, .access = access, .check = ObjectCheck::own},
          .handle = std::move(handle)};
}

}  // namespace

void add_sign_in_endpoints(EndpointTable& table, const Services& services) {
  table.push_back(public_row("/api/v1/auth/login", "login", bound(services, login)));
  table.push_back(public_row("/api/v1/auth/refresh", "refreshToken", bound(services, refresh)));
  table.push_back(public_row("/api/v1/auth/session", "openSession", bound(services, open_session)));
  table.push_back(own_row(Method::get, "/api/v1/auth/session", "getSession", bound(services, get_session)));
  table.push_back(own_row(Method::delete_, "/api/v1/auth/session", "closeSession", bound(services, logout)));
  table.push_back(own_row(Method::post, "/api/v1/auth/logout", "logout", bound(services, logout)));
  table.push_back(own_row(Method::get, "/api/v1/auth/me", "getMe", bound(services, get_me)));
  auto password = own_row(Method::post, "/api/v1/auth/password", "changePassword", bound(services, change_password));
  password.body = BodyKind::json;
  password.max_body_bytes = 16 << 10;
  table.push_back(std::move(password));
}

}  // namespace sightglass::http
