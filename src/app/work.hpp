// A node that answers nobody: it works on tasks beside the servers of the same database and bucket.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace sightglass::app {

// Blocks until SIGTERM or SIGINT, then lets its workers finish what they do. Returns the process's exit code.
int work(const std::filesystem::path& data, const std::map<std::string, std::string>& flags);

}  // namespace sightglass::app
