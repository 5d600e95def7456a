// sightglass: the server and its commands. Everything is built here or below; nothing is global.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "app/data_directory.hpp"
#include "app/parts.hpp"
#include "app/program_files.hpp"
#include "app/routes.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "app/work.hpp"
#include "cli/command_line.hpp"
#include "database/postgres/postgres_database.hpp"
#include "telemetry/log.hpp"

namespace {

using namespace sightglass;

core::Result<std::unique_ptr<cli::Installation>> open_installation(const std::filesystem::path& data,
                                                                   const cli::Flags& flags) {
  telemetry::configure_log(telemetry::Level::warning, telemetry::LogFormat::text);
  SG_ASSIGN(auto settings, app::load_settings(data, flags));
  SG_ASSIGN(auto directory, app::DataDirectory::open(data));
  // Task workers of a running server look for new work by themselves every few seconds.
  SG_ASSIGN(auto parts,
            app::Parts::build(std::move(directory), std::move(settings), app::Parts::Purpose::command, [] {}));
  return std::unique_ptr<cli::Installation>(std::move(parts));
}

}  // namespace

int main(int argc, char** argv) {
  // For the workers that are started from here. OpenCV brings them a BLAS that is not used and starts a thread for each
  // core before their main(): outside of the confinement that they enter later.
  ::setenv("OPENBLAS_NUM_THREADS", "1", 0);
  try {
    return cli::run_command_line(
        argc, argv,
        {.open = open_installation,
         .open_store = [](const std::string& url) { return database::postgres::open_postgres(url); },
         .serve = app::serve,
         .work = app::work,
         .routes_as_json = app::routes_as_json,
         .stream_reader = app::stream_program()});
  } catch (const std::exception& error) {
    fmt::print(stderr, "sightglass: {}\n", error.what());
    return 1;
  }
}
