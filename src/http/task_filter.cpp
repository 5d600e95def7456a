#include "http/task_filter.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t state_count = 7;

}  // namespace

queue::TaskFilter read_task_filter(QueryReader& query) {
  queue::TaskFilter filter{.kind = query.text("kind", 100),
                           .photo = query.id<core::PhotoId>("photo"),
                           .group = query.id<core::TaskId>("batch"),
                           .code = query.text("code", 100),
                           .text = query.text("q"),
                           .from = query.instant("from"),
                           .until = query.instant("to")};
  if (const auto name = query.choice("queue", core::task_queue_names)) filter.queue = core::task_queue_from_name(*name);
  if (filter.from && filter.until && *filter.from > *filter.until) query.refuse("to", "lies before `from`");
  return filter;
}

std::vector<core::TaskState> read_task_states(QueryReader& query) {
  std::vector<core::TaskState> wanted;
  for (const auto& name : query.texts("state", {.max_items = state_count, .max_characters = 20})) {
    const auto state = core::task_state_from_name(name);
    if (state)
      wanted.push_back(*state);
    else
      query.refuse("state", "is not one of available, scheduled, running, retryable, completed, discarded, cancelled");
  }
  return wanted;
}

}  // namespace sightglass::http
