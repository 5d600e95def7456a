#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "core/json_writer.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

struct UserOptions {
  std::string name;
  std::string role = "viewer";
  bool password_from_stdin = false;
};

void write_user(core::JsonWriter& json, const core::User& user) {
  json.begin_object();
  json.member("id", user.id.to_string()).member("name", user.name).member("role", core::name_of(user.role));
  json.member("disabled", user.is_disabled).member("created_at", core::to_iso8601(user.created_at));
  json.end_object();
}

std::string user_json(const core::User& user) {
  std::string text;
  core::JsonWriter json(text);
  write_user(json, user);
  return text;
}

// Never from an argument, which the list of processes and the shell's history show.
Result<std::string> read_password(bool from_stdin) {
  if (!from_stdin)
    return core::fail(
        core::invalid_input("password-stdin", "give the password on standard input and say so with --password-stdin"));
  std::string password;
  std::getline(std::cin, password);
  // A file with DOS line ends must not make a password that nobody can type.
  if (!password.empty() && password.back() == '\r') password.pop_back();
  if (password.empty()) return core::fail(core::invalid_input("password", "no password came on standard input"));
  return password;
}

Result<Exit> add_user(Installation& installation, const Output& out, const UserOptions& options) {
  const auto role = core::role_from_name(options.role);
  if (!role)
    return core::fail(core::invalid_input(
        "role", fmt::format("\"{}\" is no role; the roles are viewer, technician, reviewer, operator, administrator",
                            options.role)));
  SG_ASSIGN(auto password, read_password(options.password_from_stdin));
  SG_ASSIGN(const auto user,
            installation.administration().create_user(
                accounts::command_line_caller(), {.name = options.name, .password = std::move(password), .role = *role},
                accounts::command_line_origin));
  out.line(fmt::format("{} may now sign in as {}", user.name, core::name_of(user.role)));
  out.document(user_json(user));
  return Exit::ok;
}

Result<Exit> list_users(Installation& installation, const Output& out) {
  SG_ASSIGN(const auto users, installation.administration().list_users(accounts::command_line_caller()));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& user : users) {
    write_user(json, user);
    out.line(fmt::format("{:<24} {:<14} {}", user.name, core::name_of(user.role), user.is_disabled ? "disabled" : ""));
  }
  json.end_array();
  out.document(text);
  if (users.empty()) out.line("no users yet: sightglass user add NAME --role administrator --password-stdin");
  return Exit::ok;
}

Result<Exit> change_user(Installation& installation, const Output& out, const std::string& name,
                         const accounts::UserChange& change) {
  const auto caller = accounts::command_line_caller();
  SG_ASSIGN(const auto found, installation.administration().find_user_by_name(caller, name));
  SG_ASSIGN(const auto user,
            installation.administration().change_user(caller, found.id, change, accounts::command_line_origin));
  out.line(fmt::format("{}: {}{}", user.name, core::name_of(user.role), user.is_disabled ? ", disabled" : ""));
  out.document(user_json(user));
  return Exit::ok;
}

CLI::App* add_named(CLI::App& parent, Context& context, UserOptions& options, const std::string& name,
                    const std::string& help) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->add_option("name", options.name, "The user's name")->required()->type_name("NAME");
  add_data_option(*command, context);
  add_json_option(*command, context);
  return command;
}

void add_state_command(CLI::App& parent, Context& context, const std::shared_ptr<UserOptions>& options, bool disables) {
  CLI::App* command = add_named(parent, context, *options, disables ? "disable" : "enable",
                                disables ? "Refuse this user from now on" : "Let this user sign in again");
  command->callback([&context, options, disables] {
    context.with_installation([&](Installation& installation, const Output& out) {
      return change_user(installation, out, options->name, {.is_disabled = disables});
    });
  });
}

}  // namespace

void add_user_commands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<UserOptions>();  // lives in the callbacks, for as long as the parser
  CLI::App* user = app.add_subcommand("user", "Add, list and change users")->require_subcommand(1);

  CLI::App* add = add_named(*user, context, *options, "add", "Add a user; works before the first start");
  add->add_option("--role", options->role, "viewer, technician, reviewer, operator or administrator")
      ->capture_default_str();
  add->add_flag("--password-stdin", options->password_from_stdin, "Read the password from standard input");
  add->callback([&context, options] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return add_user(installation, out, *options); });
  });

  CLI::App* list = user->add_subcommand("list", "List all users");
  add_data_option(*list, context);
  add_json_option(*list, context);
  list->callback([&context] { context.with_installation(list_users); });

  add_state_command(*user, context, options, true);
  add_state_command(*user, context, options, false);

  CLI::App* password = add_named(*user, context, *options, "password", "Set a user's password");
  password->add_flag("--password-stdin", options->password_from_stdin, "Read the password from standard input");
  password->callback([&context, options] {
    context.with_installation([&](Installation& installation, const Output& out) -> Result<Exit> {
      SG_ASSIGN(auto text, read_password(options->password_from_stdin));
      return change_user(installation, out, options->name, {.password = std::move(text)});
    });
  });
}

}  // namespace sightglass::cli
