// What a list of tasks is narrowed by, read from a query.
#pragma once

#include <vector>

#include "http/query.hpp"
#include "queue/task_list.hpp"

namespace sightglass::http {

// `queue`, `kind`, `photo`, `batch`, `code`, `q` (words), `from` and `to` (of their making); states and the page are
// left to the caller. What is wrong comes with query.finish().
queue::TaskFilter read_task_filter(QueryReader& query);
// Every `state` that is named; all of them when none is.
std::vector<core::TaskState> read_task_states(QueryReader& query);

}  // namespace sightglass::http
