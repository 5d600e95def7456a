#include "database/photo_visibility.hpp"

namespace sightglass::database::photos {

// Asked job by job, with two look-ups by key, rather than as a list of all visible jobs: a page of photos
// touches few jobs.
std::string may_see_job(const std::string& job, const std::string& user) {
  return "(NOT EXISTS (SELECT 1 FROM job_assignees a WHERE a.job_id = " + job +
         ") OR EXISTS (SELECT 1 FROM job_assignees a WHERE a.job_id = " + job + " AND a.user_id = " + user + "))";
}

void add_visibility(Conditions& conditions, const Visibility& visibility) {
  if (visibility.sees_all) return;
  if (!visibility.user) return conditions.add("1 = 0");
  const std::string user = conditions.parameter(*visibility.user);
  conditions.add("(p.uploaded_by = " + user + " OR (p.job_id IS NOT NULL AND " + may_see_job("p.job_id", user) + "))");
}

void add_job_visibility(Conditions& conditions, const Visibility& visibility) {
  if (visibility.sees_all) return;
  if (!visibility.user) return conditions.add("1 = 0");
  conditions.add(may_see_job("j.id", conditions.parameter(*visibility.user)));
}

}  // namespace sightglass::database::photos
