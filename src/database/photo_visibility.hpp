// Which photos and jobs a caller may see, as SQL.
#pragma once

#include <string>

#include "database/conditions.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photos {

// Adds nothing for who sees all, else a condition on photos "p".
void add_visibility(Conditions& conditions, const Visibility& visibility);
// The same for jobs "j".
void add_job_visibility(Conditions& conditions, const Visibility& visibility);
// Whether a user who does not see everything sees a job: open to all or assigned to them. Both are SQL, the job's an
// expression for its number. True of a job that does not exist.
std::string may_see_job(const std::string& job, const std::string& user);

}  // namespace sightglass::database::photos
