#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "accounts/signing_key.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "core/json_writer.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

void print(const Output& out, const Installation& installation, std::string_view own, std::string_view registered) {
  std::string text;
  core::JsonWriter(text)
      .begin_object()
      .member("file", installation.signing_key_file().string())
      .member("fingerprint", own)
      .member("registered", registered)
      .end_object();
  out.document(text);
}

Result<Exit> show(Installation& installation, const Output& out) {
  const auto file = installation.signing_key_file();
  const bool is_there = std::filesystem::exists(file);
  SG_ASSIGN(const auto registered, accounts::registered_fingerprint(installation.database()));
  std::string own;
  if (is_there) {
    SG_ASSIGN(const auto key, accounts::AccessTokens::open(file));
    own = accounts::fingerprint_of(key);
  }
  out.line(fmt::format("this node  {}  {}", is_there ? own : "no key", file.string()));
  out.line(fmt::format("all nodes  {}", registered.value_or("none registered yet")));
  print(out, installation, own, registered.value_or(""));
  return Exit::ok;
}

Result<Exit> change(Installation& installation, const Output& out, bool replaces) {
  const auto file = installation.signing_key_file();
  SG_ASSIGN(const auto fingerprint, replaces
                                        ? accounts::replace_key(file, installation.database(), installation.clock())
                                        : accounts::accept_key(file, installation.database(), installation.clock()));
  out.line(fmt::format("all nodes sign with {} from now on. Copy {} to each of them (mode 0600) and start them anew.",
                       fingerprint, file.string()));
  print(out, installation, fingerprint, fingerprint);
  return Exit::ok;
}

}  // namespace

void add_signing_key_commands(CLI::App& app, Context& context) {
  auto& keys = *app.add_subcommand("signing-key", "The key that access tokens are signed with, the same on all nodes.");
  keys.require_subcommand(1);
  auto& shown = *keys.add_subcommand("show", "Compare this node's key with the one that the database's nodes use.");
  add_data_option(shown, context);
  add_json_option(shown, context);
  shown.callback([&context] { context.with_installation(show); });
  const auto add_change = [&](const char* name, const char* words, bool replaces) {
    auto& command = *keys.add_subcommand(name, words);
    add_data_option(command, context);
    add_json_option(command, context);
    command.callback([&context, replaces] {
      context.with_installation(
          [&](Installation& installation, const Output& out) { return change(installation, out, replaces); });
    });
  };
  add_change("accept", "Make this node's key the one of all nodes. Others refuse to start until they have it.", false);
  add_change("replace", "Make a new key for all nodes: access and refresh tokens made until now are dead.", true);
}

}  // namespace sightglass::cli
