#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "core/json_writer.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

struct TokenOptions {
  std::string name;
  std::string user;
  std::string role;
  std::string expires;
  std::vector<std::string> scopes;
};

// A token belongs to a user and never exceeds that user's role, so the command acts as that user.
accounts::Caller acting_as(const core::User& user) {
  accounts::Caller caller = accounts::command_line_caller();
  caller.user_id = user.id;
  caller.name = user.name;
  caller.role = user.role;
  return caller;
}

Result<accounts::NewToken> new_token_from(const TokenOptions& options) {
  accounts::NewToken token{.name = options.name, .scopes = options.scopes};
  if (!options.role.empty()) {
    token.role = core::role_from_name(options.role);
    if (!token.role) return core::fail(core::invalid_input("role", fmt::format("\"{}\" is no role", options.role)));
  }
  if (!options.expires.empty()) {
    token.expires_at = core::parse_iso8601(options.expires);
    if (!token.expires_at)
      return core::fail(core::invalid_input("expires", "--expires is a date such as 2027-01-31, in UTC"));
  }
  return token;
}

Result<Exit> create_token(Installation& installation, const Output& out, const TokenOptions& options) {
  SG_ASSIGN(const auto wanted, new_token_from(options));
  auto& administration = installation.administration();
  SG_ASSIGN(const auto user, administration.find_user_by_name(accounts::command_line_caller(), options.user));
  SG_ASSIGN(const auto created, administration.create_token(acting_as(user), wanted, accounts::command_line_origin));
  // Alone on its line, so that a script can take it as it is.
  out.line(created.secret);
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("id", created.token.id.to_string()).member("name", created.token.name);
  json.member("token", created.secret).end_object();
  out.document(text);
  return Exit::ok;
}

Result<Exit> list_tokens(Installation& installation, const Output& out) {
  SG_ASSIGN(const auto tokens, installation.administration().list_tokens(accounts::command_line_caller()));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& token : tokens) {
    const std::string scopes = fmt::format("{}", fmt::join(token.scopes, " "));
    json.begin_object().member("id", token.id.to_string()).member("name", token.name).member("scopes", scopes);
    json.member("role", core::name_of(token.role)).member("revoked", token.revoked_at.has_value()).end_object();
    out.line(fmt::format("{}  {:<20} {:<14} {}{}", token.id.to_string(), token.name, core::name_of(token.role), scopes,
                         token.revoked_at ? "  revoked" : ""));
  }
  json.end_array();
  out.document(text);
  return Exit::ok;
}

Result<Exit> revoke_token(Installation& installation, const Output& out, const std::string& text) {
  const auto id = core::ServiceTokenId::parse(text);
  if (!id) return core::fail(core::invalid_input("id", fmt::format("\"{}\" is no token's id; see token list", text)));
  SG_TRY(
      installation.administration().revoke_token(accounts::command_line_caller(), *id, accounts::command_line_origin));
  out.line("revoked");
  out.document("{\"revoked\":true}");
  return Exit::ok;
}

}  // namespace

void add_token_commands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<TokenOptions>();  // lives in the callbacks, for as long as the parser
  CLI::App* token = app.add_subcommand("token", "Create, list and revoke service tokens")->require_subcommand(1);

  CLI::App* create = token->add_subcommand("create", "Create a token and print its secret, this once");
  create->add_option("name", options->name, "What it is for")->required()->type_name("NAME");
  create->add_option("--user", options->user, "The user it belongs to")->required();
  create->add_option("--scope", options->scopes, "photos:read, photos:write, jobs:read …")->required();
  create->add_option("--role", options->role, "A lower role than the user's");
  create->add_option("--expires", options->expires, "Until when, a date in UTC");
  add_data_option(*create, context);
  add_json_option(*create, context);
  create->callback([&context, options] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return create_token(installation, out, *options); });
  });

  CLI::App* list = token->add_subcommand("list", "List all tokens");
  add_data_option(*list, context);
  add_json_option(*list, context);
  list->callback([&context] { context.with_installation(list_tokens); });

  CLI::App* revoke = token->add_subcommand("revoke", "End a token");
  revoke->add_option("id", options->name, "Its id, from token list")->required()->type_name("ID");
  add_data_option(*revoke, context);
  add_json_option(*revoke, context);
  revoke->callback([&context, options] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return revoke_token(installation, out, options->name); });
  });
}

}  // namespace sightglass::cli
