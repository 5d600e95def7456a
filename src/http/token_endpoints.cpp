// Service tokens: make, list, revoke.
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

std::optional<std::string> text_of(const std::optional<core::Instant>& instant) {
  return instant ? std::optional(core::to_iso8601(*instant)) : std::nullopt;
}

void write_members(core::JsonWriter& json, const core::ServiceToken& token) {
  json.member("id", token.id.to_string()).member("name", token.name).key("scopes").begin_array();
  for (const auto& scope : token.scopes) json.string(scope);
  json.end_array().member("role", core::name_of(token.role)).member("owner", token.owner.to_string());
  json.member("created_at", core::to_iso8601(token.created_at)).member("expires_at", text_of(token.expires_at));
  json.member("last_used_at", text_of(token.last_used_at)).member("revoked_at", text_of(token.revoked_at));
}

void write_token(core::JsonWriter& json, const core::ServiceToken& token) {
  json.begin_object();
  write_members(json, token);
  json.end_object();
}

core::Result<Response> list_tokens(const Services& services, const Request& request) {
  SG_ASSIGN(const auto tokens, services.administration.list_tokens(request.caller));
  return private_json(200, page_json(tokens, std::nullopt, write_token));
}

core::Result<accounts::NewToken> read_input(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  accounts::NewToken wanted{.name = body.required_string("name", 200),
                            .scopes = body.required_strings("scopes", {.max_items = 32, .max_characters = 32}),
                            .expires_at = body.optional_instant("expires_at")};
  if (const auto role = body.optional_choice("role", roles)) wanted.role = core::role_from_name(*role);
  SG_TRY(body.finish());
  return wanted;
}

core::Result<Response> create_token(const Services& services, const Request& request) {
  SG_ASSIGN(const auto wanted, read_input(request));
  SG_ASSIGN(const auto made, services.administration.create_token(request.caller, wanted, origin_of(request)));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("token", made.secret);
  write_members(json, made.token);
  json.end_object();
  return private_json(201, std::move(text));
}

core::Result<Response> revoke_token(const Services& services, const Request& request) {
  const auto id = core::ServiceTokenId::parse(request.captures.get("id"));
  if (!id) return core::fail(core::not_found("There is no such token."));
  SG_TRY(services.administration.revoke_token(request.caller, *id, origin_of(request)));
  return Response::empty(204);
}

Guard guard(accounts::Access access) {
  return {.area = accounts::Area::tokens, .access = access, .check = ObjectCheck::own};
}

}  // namespace

void add_token_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/tokens",
                   .operation = "listTokens",
                   .guard = guard(accounts::Access::read),
                   .handle = bound(services, list_tokens)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/tokens",
                   .operation = "createToken",
                   .guard = guard(accounts::Access::write),
                   .body = BodyKind::json,
                   .handle = bound(services, create_token)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/tokens/{id}",
                   .operation = "revokeToken",
                   .guard = guard(accounts::Access::write),
                   .handle = bound(services, revoke_token)});
}

}  // namespace sightglass::http
