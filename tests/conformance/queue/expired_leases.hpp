// Gives back what a worker should have renewed by then, as queue::LeaseWatch does when an end stood still for long.
#pragma once

#include "queue/rescue.hpp"

namespace sightglass::queue {

inline core::Result<Tasks> rescue_expired(database::Session& session, core::Instant now) {
  SG_ASSIGN(const auto leases, list_leases(session));
  Tasks discarded;
  for (const auto& [owner, until] : leases) {
    if (until >= now) continue;
    SG_ASSIGN(auto some, rescue_lease(session, owner, until, now));
    for (auto& task : some) discarded.push_back(std::move(task));
  }
  return discarded;
}

}  // namespace sightglass::queue
