// The server's life: build, settle, listen, watch, stop.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace sightglass::app {

// Blocks until SIGTERM or SIGINT, then finishes what runs. Returns the process's exit code.
int serve(const std::filesystem::path& data, const std::map<std::string, std::string>& flags);

}  // namespace sightglass::app
