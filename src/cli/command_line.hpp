// The whole command line: parses the arguments and runs one command.
#pragma once

#include "cli/installation.hpp"

namespace sightglass::cli {

// Returns the process's exit code (cli::Exit).
int run_command_line(int argc, const char* const* argv, const Program& program);

}  // namespace sightglass::cli
