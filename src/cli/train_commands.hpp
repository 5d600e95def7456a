// Learning models on folders of pictures, and holding them against others.
#pragma once

#include "cli/context.hpp"

namespace sightglass::cli {

void add_train_commands(CLI::App& app, Context& context);

}  // namespace sightglass::cli
