// What a person does about a picture that failed: has it tried again, or decides that it stays as it is.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/photo_failures.hpp"

namespace sightglass::care {

// Each in the caller's transaction, and blocks. conflict, with the reason, when the entry does not stand where the
// action begins; not_found when the photo is gone.

// The photo's task gets one attempt more; a new one where it was pruned, or where no task failed. Workers are the
// caller's to wake.
core::Result<void> retry_failure(database::Session& session, const database::photo_failures::Failure& failure,
                                 std::string_view request_id, core::Instant now);
core::Result<void> skip_failure(database::Session& session, const database::photo_failures::Failure& failure,
                                std::string_view who, core::Instant now);
// Takes a skip back.
core::Result<void> reopen_failure(database::Session& session, const database::photo_failures::Failure& failure);

}  // namespace sightglass::care
