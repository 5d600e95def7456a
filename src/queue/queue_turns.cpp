#include "queue/queue_turns.hpp"

#include <algorithm>

namespace sightglass::queue {

QueueTurns::QueueTurns(std::span<const core::TaskQueue> served) {
  for (const core::TaskQueue queue : served) entries_.push_back({.queue = queue});
}

void QueueTurns::weigh(std::span<const QueueState> states) {
  for (const QueueState& state : states) {
    const auto entry = std::ranges::find(entries_, state.queue, &Entry::queue);
    if (entry != entries_.end()) entry->weight = std::max(state.weight, 1);
  }
  std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.queue < b.queue;
  });
}

std::vector<core::TaskQueue> QueueTurns::next() {
  std::int32_t total = 0;
  auto chosen = entries_.begin();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    total += entry->weight;
    entry->credit += entry->weight;
    if (entry->credit > chosen->credit) chosen = entry;
  }
  std::vector<core::TaskQueue> order;
  if (chosen == entries_.end()) return order;
  chosen->credit -= total;
  order.push_back(chosen->queue);
  for (const Entry& entry : entries_)
    if (entry.queue != chosen->queue) order.push_back(entry.queue);
  return order;
}

}  // namespace sightglass::queue
