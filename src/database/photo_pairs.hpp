// Pairs of a job's photos, before and after the work.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/records.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::photo_pairs {

// conflict: the two are a pair of this job already, in this order.
core::Result<void> insert(Session& session, core::JobId job, const core::PhotoPair& pair);
core::Result<std::optional<core::PhotoPair>> find(Session& session, core::JobId job, core::PairId id);
core::Result<void> update(Session& session, const core::PhotoPair& pair);  // photos and title; conflict as above
core::Result<bool> remove(Session& session, core::PairId id);              // false when it was not there

// Fills `pairs` of jobs that were just read, the first made first; one statement for all of them between the smallest
// and the largest id.
core::Result<void> read_into(Session& session, std::span<core::Job> jobs);

// The jobs with a pair that shows this photo.
core::Result<std::vector<core::JobId>> jobs_showing(Session& session, core::PhotoId photo);

}  // namespace sightglass::database::photo_pairs
