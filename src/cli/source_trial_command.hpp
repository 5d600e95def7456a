// `sightglass pull test`: whether a source can be reached and what it would give, before it is one.
#pragma once

#include "cli/context.hpp"

namespace sightglass::cli {

void add_source_trial_command(CLI::App& group, Context& context);

}  // namespace sightglass::cli
