// Which queue a worker looks at first: by weight, and evenly.
#pragma once

#include <span>
#include <vector>

#include "core/task.hpp"
#include "queue/queue_limits.hpp"

namespace sightglass::queue {

// Smooth weighted round robin, as nginx chooses among upstream servers: with weights 8, 4 and 2 the first comes eight
// times in fourteen turns and never eight times in a row. Not thread-safe.
class QueueTurns {
 public:
  // The queues that are looked at, each with the weight 1.
  explicit QueueTurns(std::span<const core::TaskQueue> served);

  // From here on with these weights; of queues that are not served nothing is taken.
  void weigh(std::span<const QueueState> states);
  // The queues in the order in which to look for a task now: the one whose turn it is, then the others, the heavier
  // first. Every queue comes, so that no worker idles while any has work.
  std::vector<core::TaskQueue> next();

 private:
  struct Entry {
    core::TaskQueue queue{};
    std::int32_t weight = 1;
    std::int32_t credit = 0;
  };
  std::vector<Entry> entries_;  // heavier first
};

}  // namespace sightglass::queue
