#include "http/account_endpoints.hpp"

#include <string>
#include <utility>

namespace sightglass::http {

void add_account_endpoints(EndpointTable& table, const Services& services) {
  add_setup_endpoints(table, services);
  add_sign_in_endpoints(table, services);
  add_user_endpoints(table, services);
  add_token_endpoints(table, services);
  add_audit_endpoints(table, services);
}

void write_user(core::JsonWriter& json, const core::User& user) {
  json.begin_object().member("id", user.id.to_string()).member("username", user.name);
  json.member("role", core::name_of(user.role)).member("disabled", user.is_disabled);
  json.member("created_at", core::to_iso8601(user.created_at));
  json.member("updated_at", core::to_iso8601(user.updated_at)).end_object();
}

std::string user_envelope(const core::User& user) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("user");
  write_user(json, user);
  json.end_object();
  return text;
}

Response private_json(int status, std::string text) {
  auto response = Response::json(status, std::move(text));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace sightglass::http
