#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "cli/train_commands.hpp"

namespace sightglass::cli {

int run_command_line(int argc, const char* const* argv, const Program& program) {
  Context context{.program = program};
  CLI::App app("Sightglass takes in, files and inspects pictures. `sightglass COMMAND --help` says more.",
               "sightglass");
  app.set_version_flag("--version", std::string("sightglass ") + SIGHTGLASS_VERSION);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);

  add_serve_command(app, context);
  add_worker_command(app, context);
  add_import_command(app, context);
  add_export_command(app, context);
  add_user_commands(app, context);
  add_token_commands(app, context);
  add_signing_key_commands(app, context);
  add_task_commands(app, context);
  add_failure_commands(app, context);
  add_schedule_commands(app, context);
  add_camera_commands(app, context);
  add_source_commands(app, context);
  add_station_commands(app, context);
  add_model_commands(app, context);
  add_train_commands(app, context);
  add_check_command(app, context);
  add_rebuild_command(app, context);
  add_migrate_store_command(app, context);
  add_routes_command(app, context);
  add_completion_command(app, context);
  add_version_command(app, context);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has codes of its own from 100 on; ours are documented and fewer.
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  return context.exit_code;
}

}  // namespace sightglass::cli
