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

}  // namespace sightglass::database::photos
