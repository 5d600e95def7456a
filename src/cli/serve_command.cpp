#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "cli/shared_options.hpp"

namespace sightglass::cli {
namespace {

// An option that overrides one setting; absent, the setting keeps its value from file or environment.
void add_setting(CLI::App& command, Context& context, const std::string& option, const std::string& setting,
                 const std::string& help) {
  command
      .add_option_function<std::string>(
          option, [&context, setting](const std::string& text) { context.flags[setting] = text; }, help)
      ->type_name("VALUE");
}

// Those that every node has.
void add_node_settings(CLI::App& command, Context& context) {
  add_setting(command, context, "--workers", "workers.count", "Processes that work on tasks (1)");
  add_setting(command, context, "--name", "node.name", "What the node is called among others (its machine's name)");
  add_setting(command, context, "--log-level", "log.level", "debug, info, warning or error (info)");
  add_setting(command, context, "--log-format", "log.format", "text or json (text)");
  command
      .add_option_function<std::vector<std::string>>(
          "--set",
          [&context](const std::vector<std::string>& pairs) {
            for (const auto& pair : pairs) {
              const auto equals = pair.find('=');
              if (equals == std::string::npos) throw CLI::ValidationError("--set", "expects NAME=VALUE, got " + pair);
              context.flags[pair.substr(0, equals)] = pair.substr(equals + 1);
            }
          },
          "Any setting: section.name=value")
      ->type_name("NAME=VALUE");
}

}  // namespace

void add_serve_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("serve", "Serve the pages and the API until told to stop");
  add_data_option(*command, context);
  add_setting(*command, context, "--listen", "server.listen", "ADDRESS:PORT to listen on (127.0.0.1:8080)");
  add_setting(*command, context, "--decoders", "workers.decoders", "Most processes that decode pictures (2)");
  add_setting(*command, context, "--tls-certificate", "server.tls_certificate", "PEM file; serves HTTPS");
  add_setting(*command, context, "--tls-key", "server.tls_key", "PEM file of the certificate's key");
  add_node_settings(*command, context);
  command->callback([&context] { context.exit_code = context.program.serve(context.data, context.flags); });
}

void add_worker_command(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("worker", "Work on the tasks of servers with the same database and bucket until told to stop");
  add_data_option(*command, context);
  add_node_settings(*command, context);
  command->callback([&context] { context.exit_code = context.program.work(context.data, context.flags); });
}

void add_version_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("version", "Print the version");
  add_json_option(*command, context);
  command->callback([&context] {
    const Output out = context.output();
    out.line("sightglass " SIGHTGLASS_VERSION);
    out.document("{\"name\":\"sightglass\",\"version\":\"" SIGHTGLASS_VERSION "\"}");
  });
}

void add_routes_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("routes", "Print every route with the role and check it declares, as JSON");
  add_json_option(*command, context);
  command->callback([&context] { Output(true).document(context.program.routes_as_json()); });
}

}  // namespace sightglass::cli
