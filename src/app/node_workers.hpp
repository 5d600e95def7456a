// How a node starts its task workers: with which settings, and for which queues.
#pragma once

#include "app/data_directory.hpp"
#include "app/settings.hpp"
#include "app/worker_supervisor.hpp"

namespace sightglass::app {

SupervisorPlan supervisor_plan(const DataDirectory& directory, const Settings& settings);

}  // namespace sightglass::app
