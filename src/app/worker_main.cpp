// sightglass-worker: the processes beside the server. `decode` reads strangers' pictures in a sandbox, `tasks` works on
// the queue, `judge` judges frames of inspection stations while their parts wait; all are started by the server and end
// with it. `model-convert` reads strangers' networks in the same sandbox, for `model-build`, with which set-up makes
// bundles of what `model-sources` lists. `train` and `evaluate` work on folders for the commands of these names.
#include <fmt/format.h>

#include <exception>
#include <string_view>

#include "app/folder_training.hpp"
#include "app/judge_work.hpp"
#include "app/log_settings.hpp"
#include "app/program_files.hpp"
#include "app/task_work.hpp"
#include "app/worker_arguments.hpp"
#include "imaging/worker/decode_loop.hpp"
#include "runtime/child_process.hpp"
#include "vision/build_bundles.hpp"
#include "vision/conversion/conversion_process.hpp"

namespace {

using namespace sightglass;
using core::Result;

// What set-up asks for, on standard output.
Result<void> print_sources(const app::WorkerArguments& arguments) {
  SG_ASSIGN(const auto lines, vision::list_sources(arguments.text("sources")));
  fmt::print("{}", lines);
  return {};
}

Result<void> build_models(const app::WorkerArguments& arguments) {
  return vision::build_bundles({.sources = arguments.text("sources"),
                                .members = arguments.text("members"),
                                .bundles = arguments.text("bundles"),
                                .worker = app::worker_program(),
                                .tell = [](std::string_view line) { fmt::print("{}\n", line); }});
}

int status_of(const Result<void>& outcome) {
  if (!outcome) fmt::print(stderr, "sightglass-worker: {} {}\n", outcome.error().message, outcome.error().cause);
  return outcome ? 0 : 1;
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  runtime::die_with_parent();
  const app::WorkerArguments arguments(argc, argv);
  if (mode == "decode")
    return imaging::worker::run_decode_loop(static_cast<int>(arguments.number("fd")), app::picture_limits(arguments));
  if (mode == "model-convert") return vision::run_conversion(arguments.text("wish"), arguments.number("members"));
  if (mode == "model-sources") return status_of(print_sources(arguments));
  if (mode == "model-build") return status_of(build_models(arguments));
  if (mode == "train") return status_of(app::train_on_folders(arguments));
  if (mode == "evaluate") return status_of(app::evaluate_on_folders(arguments));
  if (mode != "tasks" && mode != "judge") {
    fmt::print(stderr, "sightglass-worker is started by sightglass; it has no use of its own\n");
    return 2;
  }
  app::configure_log_from(arguments.text("log-level"), arguments.text("log-format"));
  return status_of(mode == "judge" ? app::judge_frames(arguments) : app::work_on_tasks(arguments));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sightglass-worker: {}\n", error.what());
    return 1;
  }
}
