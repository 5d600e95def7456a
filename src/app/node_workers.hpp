// How a node starts its task workers: with which settings, and for which queues.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/data_directory.hpp"
#include "app/settings.hpp"
#include "app/worker_supervisor.hpp"

namespace sightglass::app {

// The variables by which a process reaches the database and, when photos lie there, the bucket. What is wrong with the
// settings of the bucket, Parts::build() says. Blocks while it learns which password of the database counts.
std::vector<std::pair<std::string, std::string>> store_access(const DataDirectory& directory, const Settings& settings);

SupervisorPlan supervisor_plan(const DataDirectory& directory, const Settings& settings);

}  // namespace sightglass::app
