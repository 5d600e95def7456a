#include <algorithm>
#include <span>
#include <string>

#include "database/catalogue.hpp"
#include "database/conditions.hpp"
#include "database/dialect.hpp"
#include "database/photo_pairs.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::jobs {
namespace {

std::string select_jobs(Dialect dialect) {
  return "SELECT j.id, j.number, j.title, j.customer, j.address, j.status, j.notes, j.created_by, j.created_at, "
         "j.updated_at, " +
         photo_count_of_job(dialect) + " FROM jobs j";
}

core::Job read_job(const Row& row) {
  return {.id = row.id<core::JobId>(0),
          .number = row.string(1),
          .title = row.string(2),
          .customer = row.string(3),
          .address = row.string(4),
          .status = row.string(5),
          .notes = row.string(6),
          .created_by = row.optional_id<core::UserId>(7),
          .created_at = row.instant(8),
          .updated_at = row.instant(9),
          .photo_count = row.integer(10)};
}

core::Result<void> insert_assignees(Session& session, core::JobId id, std::span<const core::UserId> users) {
  for (const core::UserId& user : users)
    SG_TRY(session.execute("INSERT INTO job_assignees (job_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                           {id, user}));
  return {};
}

// `jobs` in any order; one statement for all of them between the smallest and the largest id.
core::Result<void> read_assignees(Session& session, std::span<core::Job> jobs) {
  if (jobs.empty()) return {};
  std::vector<core::Job*> by_id;
  for (core::Job& job : jobs) by_id.push_back(&job);
  const auto id_of = [](const core::Job* job) { return job->id; };
  std::ranges::sort(by_id, {}, id_of);
  SG_TRY(
      session.run("SELECT job_id, user_id FROM job_assignees WHERE job_id BETWEEN $1 AND $2 "
                  "ORDER BY job_id, user_id",
                  {by_id.front()->id, by_id.back()->id}, [&](const Row& row) -> core::Result<void> {
                    const auto id = row.id<core::JobId>(0);
                    const auto found = std::ranges::lower_bound(by_id, id, {}, id_of);
                    if (found != by_id.end() && (*found)->id == id)
                      (*found)->assigned_to.push_back(row.id<core::UserId>(1));
                    return {};
                  }));
  return {};
}

}  // namespace

core::Result<core::JobId> insert(Session& session, const core::Job& job) {
  std::string names = "number, title, customer, address, status, notes, created_by, created_at, updated_at";
  std::string values = "$1, $2, $3, $4, $5, $6, $7, $8, $9";
  Session::Parameters parameters{job.number, job.title,      job.customer,   job.address,   job.status,
                                 job.notes,  job.created_by, job.created_at, job.updated_at};
  if (job.id.value > 0) {
    names += ", id";
    values += ", $10";
    parameters.emplace_back(job.id);
  }
  SG_ASSIGN(const auto id, session.first("INSERT INTO jobs (" + names + ") VALUES (" + values + ") RETURNING id",
                                         parameters, [](const Row& row) { return row.id<core::JobId>(0); }));
  if (!id) return core::fail(core::internal_error("The database gave no id to a new job."));
  SG_TRY(insert_assignees(session, *id, job.assigned_to));
  return *id;
}

core::Result<std::optional<core::Job>> find(Session& session, core::JobId id) {
  SG_ASSIGN(auto job, session.first(select_jobs(session.dialect()) + " WHERE j.id = $1", {id}, read_job));
  if (job) {
    SG_TRY(read_assignees(session, {&*job, 1}));
    SG_TRY(photo_pairs::read_into(session, {&*job, 1}));
  }
  return job;
}

core::Result<bool> may_see(Session& session, const photos::Visibility& visibility, core::JobId id) {
  Conditions conditions;
  conditions.add("j.id = ?", {id});
  photos::add_job_visibility(conditions, visibility);
  SG_ASSIGN(const auto seen, session.first("SELECT 1 FROM jobs j" + conditions.where(), conditions.parameters(),
                                           [](const Row&) { return true; }));
  return seen.has_value();
}

core::Result<std::vector<core::Job>> list(Session& session, const Filter& filter,
                                          const photos::Visibility& visibility) {
  Conditions conditions;
  if (filter.status) conditions.add("j.status = ?", {*filter.status});
  if (filter.text)
    add_contains(conditions, session.dialect(), "j.number || ' ' || j.title || ' ' || j.customer || ' ' || j.address",
                 *filter.text);
  if (filter.before) conditions.add("j.id < ?", {*filter.before});
  photos::add_job_visibility(conditions, visibility);
  const std::string sql = select_jobs(session.dialect()) + conditions.where() + " ORDER BY j.id DESC LIMIT " +
                          conditions.parameter(std::max(filter.limit, 1));
  SG_ASSIGN(auto jobs, session.all(sql, conditions.parameters(), read_job));
  SG_TRY(read_assignees(session, jobs));
  SG_TRY(photo_pairs::read_into(session, jobs));
  return jobs;
}

core::Result<void> update(Session& session, const core::Job& job) {
  SG_ASSIGN(const auto changed,
            session.execute(
                "UPDATE jobs SET number = $2, title = $3, customer = $4, address = $5, status = $6, "
                "notes = $7, updated_at = $8 WHERE id = $1",
                {job.id, job.number, job.title, job.customer, job.address, job.status, job.notes, job.updated_at}));
  if (changed == 0) return core::fail(core::not_found("There is no such job."));
  SG_TRY(session.execute("DELETE FROM job_assignees WHERE job_id = $1", {job.id}));
  return insert_assignees(session, job.id, job.assigned_to);
}

core::Result<bool> remove(Session& session, core::JobId id) {
  auto removed = session.execute("DELETE FROM jobs WHERE id = $1", {id});
  if (!removed && removed.error().code == core::ErrorCode::conflict)
    removed.error().message = "The job has photos, if only in the trash; delete or move them first.";
  if (!removed) return std::unexpected(std::move(removed).error());
  return *removed > 0;
}

}  // namespace sightglass::database::jobs
