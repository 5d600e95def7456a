// What a caller may do to one object, after the route's role and the object's visibility were checked. What may
// not be seen is answered as not found by the handler before any of these is asked.
#pragma once

#include "accounts/caller.hpp"
#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/records.hpp"
#include "core/result.hpp"

namespace sightglass::accounts {

// All pure and quick. Errors: permission_denied, with a message that says which role may.

// Reviewers and up change any photo; technicians their own.
core::Result<void> may_change_photo(const Caller& caller, const core::Photo& photo);
// Operators and up delete any photo; technicians and reviewers their own.
core::Result<void> may_delete_photo(const Caller& caller, const core::Photo& photo);
// Reviewers and up have any photo analysed again; technicians their own.
core::Result<void> may_reprocess_photo(const Caller& caller, const core::Photo& photo);
// Operators and up change and delete any job; technicians and reviewers those they made.
core::Result<void> may_change_job(const Caller& caller, const core::Job& job);
core::Result<void> may_delete_job(const Caller& caller, const core::Job& job);
// Who a job is assigned to decides who sees it: operators and up.
core::Result<void> may_assign_job(const Caller& caller);
// Technicians and up add photos to a job they see, unless it is archived (conflict).
core::Result<void> may_add_to_job(const Caller& caller, const core::Job& job);

// Reviewers and up decide on everything; technicians on readings of photos they uploaded.
core::Result<void> may_decide(const Caller& caller, const core::Photo& photo, core::FindingKind kind);

// Reviewers and up change and remove any pair of photos; technicians those they made.
core::Result<void> may_change_pair(const Caller& caller, const core::PhotoPair& pair);

}  // namespace sightglass::accounts
