// First run: is an administrator missing, and making the first one with the printed code.
#include "accounts/administration.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"

namespace sightglass::http {
namespace {

core::Result<Response> get_setup(const Services& services, const Request&) {
  SG_ASSIGN(const bool is_needed, services.administration.needs_setup());
  std::string text;
  core::JsonWriter(text).begin_object().member("needed", is_needed).end_object();
  return private_json(200, std::move(text));
}

core::Result<Response> complete_setup(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto code = body.required_secret("code", 64);
  accounts::NewUser administrator{.name = body.required_string("username", 256),
                                  .password = body.required_secret("password", 1024),
                                  .role = core::Role::administrator};
  SG_TRY(body.finish());
  SG_ASSIGN(const auto user, services.administration.set_up(code, administrator, origin_of(request)));
  return private_json(201, user_envelope(user));
}

}  // namespace

void add_setup_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/setup",
                   .operation = "getSetup",
                   .guard = {.is_public = true},
                   .handle = bound(services, get_setup)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/setup",
                   .operation = "completeSetup",
                   .guard = {.is_public = true},
                   .body = BodyKind::json,
                   .handle = bound(services, complete_setup),
                   .max_body_bytes = 16 << 10});
}

}  // namespace sightglass::http
