// Users, for administrators.
#include <array>

#include "accounts/administration.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"

namespace sightglass::http {
namespace {

constexpr std::array<std::string_view, 5> roles{"viewer", "technician", "reviewer", "operator", "administrator"};

core::Result<core::UserId> captured_user(const Request& request) {
  if (const auto id = core::UserId::parse(request.captures.get("id"))) return *id;
  return core::fail(core::not_found("There is no such user."));
}

Response answer(int status, const core::User& user) {
  std::string text;
  core::JsonWriter json(text);
  write_user(json, user);
  return private_json(status, std::move(text));
}

core::Result<Response> list_users(const Services& services, const Request& request) {
  SG_ASSIGN(const auto users, services.administration.list_users(request.caller));
  return private_json(200, page_json(users, std::nullopt, write_user));
}

core::Result<Response> get_user(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_user(request));
  SG_ASSIGN(const auto user, services.administration.find_user(request.caller, id));
  return answer(200, user);
}

core::Result<Response> create_user(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  accounts::NewUser wanted{.name = body.required_string("username", 256),
                           .password = body.required_secret("password", 1024)};
  const auto role = core::role_from_name(body.optional_choice("role", roles).value_or(""));
  if (!role) body.refuse("role", "`role` is required");
  SG_TRY(body.finish());
  wanted.role = *role;
  SG_ASSIGN(const auto user, services.administration.create_user(request.caller, wanted, origin_of(request)));
  return answer(201, user);
}

core::Result<accounts::UserChange> read_change(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  accounts::UserChange change{.is_disabled = body.optional_boolean("disabled")};
  if (const auto role = body.optional_choice("role", roles)) change.role = core::role_from_name(*role);
  if (body.has("password")) change.password = body.required_secret("password", 1024);
  SG_TRY(body.finish());
  if (!change.role && !change.is_disabled && !change.password)
    return core::fail(core::invalid_input("role", "Send at least one of role, password and disabled."));
  return change;
}

core::Result<Response> update_user(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_user(request));
  SG_ASSIGN(const auto change, read_change(request));
  SG_ASSIGN(const auto user, services.administration.change_user(request.caller, id, change, origin_of(request)));
  return answer(200, user);
}

Endpoint row(Method method, std::string_view pattern, std::string_view operation, Handler handle) {
  const bool is_read = method == Method::get;
  return {.method = method,
          .pattern = pattern,
          .operation = operation,
          .guard = {.least_role = core::Role::administrator,
                    .area = accounts::Area::users,
                    .access = is_read ? accounts::Access::read : accounts::Access::write},
          .body = is_read ? BodyKind::none : BodyKind::json,
          .handle = std::move(handle)};
}

}  // namespace

void add_user_endpoints(EndpointTable& table, const Services& services) {
  table.push_back(row(Method::get, "/api/v1/users", "listUsers", bound(services, list_users)));
  table.push_back(row(Method::post, "/api/v1/users", "createUser", bound(services, create_user)));
  table.push_back(row(Method::get, "/api/v1/users/{id}", "getUser", bound(services, get_user)));
  table.push_back(row(Method::patch, "/api/v1/users/{id}", "updateUser", bound(services, update_user)));
}

}  // namespace sightglass::http
