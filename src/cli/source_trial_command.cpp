#include "cli/source_trial_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>

#include "accounts/sealed_secrets.hpp"
#include "cli/shared_options.hpp"
#include "core/json_writer.hpp"
#include "database/pull_sources.hpp"
#include "pulls/trial.hpp"

namespace sightglass::cli {
namespace {

namespace pull_sources = database::pull_sources;
using core::Result;

struct TrialOrder {
  std::string target{};  // an address, or the name or id of a source
  std::string kind{};
  std::string user{};
  std::string secret_kind{};  // "password", "header" or "key": what standard input holds
  std::optional<std::int32_t> depth{};
  std::optional<std::string> name_pattern{};
  bool allows_plain = false;
  bool allows_private = false;
};

struct Target {
  sources::Access access{};
  pulls::SourceSettings settings{};
};

// Never from an argument, which the list of processes and the shell's history show.
Result<std::string> read_secret(const std::string& kind) {
  std::string secret;
  if (kind == "key")
    secret.assign(std::istreambuf_iterator<char>(std::cin), {});
  else
    std::getline(std::cin, secret);
  if (!secret.empty() && secret.back() == '\r') secret.pop_back();
  if (secret.empty()) return core::fail(core::invalid_input(kind + "-stdin", "nothing came on standard input"));
  return secret;
}

Result<std::optional<pull_sources::Source>> kept_source(database::Session& session, const std::string& text) {
  SG_ASSIGN(auto found, pull_sources::find_named(session, text));
  const auto id = core::PullSourceId::parse(text);
  if (found || !id) return std::move(found);
  return pull_sources::find(session, *id);
}

bool is_address(const std::string& text) { return text.starts_with('/') || text.find("://") != std::string::npos; }

Result<Target> target_at(const TrialOrder& order) {
  Target target{.access = {.kind = sources::guess_kind(order.target), .base_url = order.target}};
  if (const auto kind = sources::source_kind_from_name(order.kind)) target.access.kind = *kind;
  target.access.username = order.user;
  if (order.secret_kind.empty()) return target;
  target.access.sign_in = order.secret_kind == "password" ? sources::SignIn::basic
                          : order.secret_kind == "header" ? sources::SignIn::header
                                                          : sources::SignIn::key;
  SG_ASSIGN(target.access.secret, read_secret(order.secret_kind));
  return target;
}

Result<Target> target_of(Installation& installation, const pull_sources::Source& source, const TrialOrder& order) {
  if (!order.kind.empty() || !order.user.empty() || !order.secret_kind.empty())
    return core::fail(core::invalid_input(
        "kind", "a source is tried as it is: --kind and the sign-in go with an address that is none yet"));
  SG_ASSIGN(const auto secrets, installation.open_secrets());
  Target target;
  SG_ASSIGN(target.access, pulls::access_of(source, secrets));
  SG_ASSIGN(target.settings, pulls::parse_settings(source.settings));
  return target;
}

Result<Target> read_target(Installation& installation, const TrialOrder& order) {
  SG_ASSIGN(const auto source, installation.database().read(
                                   [&](database::Session& session) { return kept_source(session, order.target); }));
  if (!source && !is_address(order.target))
    return core::fail(core::not_found(fmt::format(
        "There is no source \"{}\", and it is no address: https://…, ftp://…, sftp://… or /…", order.target)));
  SG_ASSIGN(auto target, source ? target_of(installation, *source, order) : target_at(order));
  if (order.depth) target.settings.depth = *order.depth;
  if (order.name_pattern) target.settings.name_pattern = *order.name_pattern;
  // Whoever has the data directory may allow what administrators may.
  target.access.allows_plain_transport |= order.allows_plain;
  target.access.allows_private_addresses |= order.allows_private;
  return target;
}

std::string_view words_of(std::string_view reason) {
  if (reason == "name_pattern") return "its name is not one of those that are wanted";
  return reason == "too_large" ? "it is too large" : reason;
}

void write_trial(core::JsonWriter& json, const pulls::Trial& trial) {
  json.begin_object().member("style", trial.style).member("files", trial.files).member("folders", trial.folders);
  json.key("would_pull").begin_array();
  for (const auto& entry : trial.entries) {
    json.begin_object().member("path", entry.path).member("name", entry.name).member("bytes", entry.bytes);
    json.member("modified_at", entry.modified_at ? std::optional(core::to_iso8601(*entry.modified_at)) : std::nullopt);
    json.member("reason", entry.reason).end_object();
  }
  json.end_array().key("warnings").begin_array();
  for (const auto& warning : trial.warnings) json.string(warning);
  json.end_array().member("seconds", trial.seconds).end_object();
}

void print(const Output& out, const pulls::Trial& trial) {
  out.line(
      fmt::format("{}: {} files, {} folders, in {:.1f} s", trial.style, trial.files, trial.folders, trial.seconds));
  for (const auto& entry : trial.entries) {
    const auto size = entry.bytes ? fmt::format("{} bytes", *entry.bytes) : "-";
    const auto time = entry.modified_at ? core::to_iso8601(*entry.modified_at).substr(0, 19) + "Z" : "-";
    out.line(fmt::format("{:<13} {:<40} {:>16} {:<20} {}", entry.reason.empty() ? "would fetch" : "would skip",
                         entry.path, size, time, words_of(entry.reason)));
  }
  const auto more = trial.files - std::ssize(trial.entries);
  if (more > 0) out.line(fmt::format("… and {} more", more));
  for (const auto& warning : trial.warnings) out.line("warning: " + warning);
}

Result<Exit> try_it(Installation& installation, const Output& out, const TrialOrder& order) {
  SG_ASSIGN(const auto target, read_target(installation, order));
  SG_ASSIGN(const auto trial,
            pulls::try_source(target.access, target.settings, installation.pull_limits(), installation.clock()));
  std::string text;
  core::JsonWriter json(text);
  write_trial(json, trial);
  out.document(text);
  print(out, trial);
  return Exit::ok;
}

void add_sign_in(CLI::App& command, const std::shared_ptr<TrialOrder>& order) {
  command.add_option("--user", order->user, "Who signs in")->type_name("NAME");
  const auto add = [&](const std::string& kind, const char* words) {
    return command.add_flag_callback("--" + kind + "-stdin", [order, kind] { order->secret_kind = kind; }, words);
  };
  auto* password = add("password", "Read the password from standard input");
  auto* header = add("header", "Read a line \"Name: value\" from standard input that signs in");
  auto* key = add("key", "Read a private key in PEM from standard input");
  password->excludes(header)->excludes(key);
  header->excludes(key);
}

}  // namespace

void add_source_trial_command(CLI::App& group, Context& context) {
  const auto order = std::make_shared<TrialOrder>();
  CLI::App* command =
      group.add_subcommand("test", "Try an address, or a source as it is, and list what would be fetched");
  command->add_option("target", order->target, "An address, or the name or id of a source")
      ->required()
      ->type_name("ADDRESS|SOURCE");
  command->add_option("--kind", order->kind, "What kind of source it is, where the address does not tell")
      ->check(CLI::IsMember({"http_index", "webdav", "ftp", "sftp", "s3", "folder", "still"}))
      ->type_name("KIND");
  add_sign_in(*command, order);
  command->add_option("--depth", order->depth, "Of directories below")->check(CLI::Range(0, 16))->type_name("N");
  command->add_option("--name-pattern", order->name_pattern, "Of the files that are wanted")->type_name("PATTERN");
  command->add_flag("--allow-plain-transport", order->allows_plain, "Also without TLS");
  command->add_flag("--allow-private-addresses", order->allows_private, "Also in networks of one's own");
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, order] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return try_it(installation, out, *order); });
  });
}

}  // namespace sightglass::cli
