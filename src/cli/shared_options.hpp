// The options that several commands have.
#pragma once

#include <CLI/App.hpp>

#include "cli/context.hpp"

namespace sightglass::cli {

inline void add_data_option(CLI::App& command, Context& context) {
  command.add_option("--data", context.data, "The data directory")
      ->envname("SIGHTGLASS_DATA")
      ->capture_default_str()
      ->type_name("DIR");
}

inline void add_json_option(CLI::App& command, Context& context) {
  command.add_flag("--json", context.is_json, "Print one JSON document instead of text");
}

}  // namespace sightglass::cli
