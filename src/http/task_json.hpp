// What clients are told of a task: the words of the task-status answer.
#pragma once

#include <string>

#include "core/task.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {

std::string task_status_json(const core::Task& task);

// A batch is told by its members, not by its own row: STARTED once one moved, SUCCESS when all are finished and none
// failed, else FAILURE; progress is the finished share in per cent.
std::string batch_status_json(const core::Task& batch, const queue::GroupCounts& counts);

}  // namespace sightglass::http
