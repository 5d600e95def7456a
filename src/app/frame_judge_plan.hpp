// How a node starts the process that judges frames of its stations.
#pragma once

#include "app/data_directory.hpp"
#include "app/settings.hpp"
#include "inspection/judging/judge_pool.hpp"

namespace sightglass::app {

// Blocks while it learns how the store is reached.
inspection::judging::JudgePoolOptions frame_judge_plan(const DataDirectory& directory, const Settings& settings);

}  // namespace sightglass::app
