// What clients are told of a task: the words of the task-status answer.
#pragma once

#include <optional>
#include <string>

#include "core/json_writer.hpp"
#include "core/task.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {

std::string task_status_json(const core::Task& task);

// One task of a list: what it is, where it stands, its attempts and the last error.
void write_task(core::JsonWriter& json, const core::Task& task);
// The same without the braces, for objects that say more. A batch is told by its `members`, as below.
void write_task_members(core::JsonWriter& json, const core::Task& task,
                        const std::optional<queue::GroupCounts>& members = {});

// How many members of a batch stand where.
void write_batch_counts(core::JsonWriter& json, const queue::GroupCounts& counts);

// A batch is told by its members, not by its own row: STARTED once one moved, SUCCESS when all are finished and none
// failed, else FAILURE; progress is the finished share in per cent.
std::string batch_status_json(const core::Task& batch, const queue::GroupCounts& counts);

}  // namespace sightglass::http
