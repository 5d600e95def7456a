// What every command shares: where the data is, how to print, and how the command's outcome becomes an exit code.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "accounts/caller.hpp"
#include "cli/installation.hpp"
#include "cli/output.hpp"
#include "core/result.hpp"

namespace CLI {
class App;
}

namespace sightglass::cli {

struct Context {
  const Program& program;
  std::filesystem::path data = "data";
  bool is_json = false;
  Flags flags{};
  int exit_code = 0;

  Output output() const { return Output(is_json); }
  // Opens the installation, runs `body` on it, prints its error, sets the exit code.
  void with_installation(const std::function<core::Result<Exit>(Installation&, const Output&)>& body);
};

// Each adds its command with options to the tree. The context outlives the parsing.
void add_serve_command(CLI::App& app, Context& context);
void add_worker_command(CLI::App& app, Context& context);
void add_import_command(CLI::App& app, Context& context);
void add_export_command(CLI::App& app, Context& context);
void add_user_commands(CLI::App& app, Context& context);
void add_token_commands(CLI::App& app, Context& context);
void add_signing_key_commands(CLI::App& app, Context& context);
void add_task_commands(CLI::App& app, Context& context);
void add_failure_commands(CLI::App& app, Context& context);
void add_schedule_commands(CLI::App& app, Context& context);
void add_camera_commands(CLI::App& app, Context& context);
void add_source_commands(CLI::App& app, Context& context);
void add_station_commands(CLI::App& app, Context& context);
void add_model_commands(CLI::App& app, Context& context);
void add_check_command(CLI::App& app, Context& context);
void add_rebuild_command(CLI::App& app, Context& context);
void add_migrate_store_command(CLI::App& app, Context& context);
void add_routes_command(CLI::App& app, Context& context);
void add_completion_command(CLI::App& app, Context& context);
void add_version_command(CLI::App& app, Context& context);

}  // namespace sightglass::cli
