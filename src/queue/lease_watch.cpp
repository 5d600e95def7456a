#include "queue/lease_watch.hpp"

#include <vector>

#include "queue/maintenance.hpp"
#include "queue/rescue.hpp"

namespace sightglass::queue {
namespace {

// Longer without a look, and what stood still meanwhile says nothing.
constexpr std::chrono::seconds longest_gap{15};

}  // namespace

core::Result<std::int64_t> LeaseWatch::look(database::Database& database, const core::Clock& clock, TimePoint now) {
  if (now - last_look_ > longest_gap) seen_.clear();
  last_look_ = now;
  SG_ASSIGN(const auto leases, database.read([](database::Session& session) { return list_leases(session); }));
  std::map<Lease, TimePoint> still;
  std::vector<Lease> over;
  for (const auto& lease : leases) {
    const auto known = seen_.find(lease);
    const auto since = known == seen_.end() ? now : known->second;
    still.emplace(lease, since);
    if (now - since > lease_) over.push_back(lease);
  }
  seen_ = std::move(still);
  if (over.empty()) return 0;
  SG_ASSIGN(const auto discarded, database.write([&](database::Session& session) -> core::Result<Tasks> {
    Tasks all;
    for (const auto& [owner, until] : over) {
      SG_ASSIGN(auto some, rescue_lease(session, owner, until, clock.now()));
      for (auto& task : some) all.push_back(std::move(task));
    }
    return all;
  }));
  return report_discarded(discarded);
}

}  // namespace sightglass::queue
