// Jobs: make, list, read, change, delete.
#include <array>

#include "accounts/access.hpp"
#include "care/catalogue_sidecars.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "fmt/format.h"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"

namespace sightglass::http {
namespace {

constexpr std::array<std::string_view, 4> statuses{"open", "in_progress", "done", "archived"};

// What a person may say of a job; absent members are left alone.
struct JobInput {
  std::optional<std::string> number{}, title{}, customer{}, address{}, status{}, notes{};
  std::optional<std::vector<core::UserId>> assigned_to{};
};

core::Result<JobInput> read_input(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  JobInput input{.number = body.optional_string("number", 200),
                 .title = body.optional_string("title", 500),
                 .customer = body.optional_string("customer", 500),
                 .address = body.optional_string("address", 1000),
                 .status = body.optional_choice("status", statuses),
                 .notes = body.optional_string("notes", 20'000)};
  if (body.has("assigned_to")) input.assigned_to = body.required_ids<core::UserId>("assigned_to", 100);
  SG_TRY(body.finish());
  return input;
}

core::Result<ChangedFields> apply(const JobInput& input, core::Job& job) {
  ChangedFields changed;
  replace(changed, "number", job.number, input.number);
  replace(changed, "title", job.title, input.title);
  replace(changed, "customer", job.customer, input.customer);
  replace(changed, "address", job.address, input.address);
  replace(changed, "status", job.status, input.status);
  replace(changed, "notes", job.notes, input.notes);
  replace(changed, "assigned_to", job.assigned_to, input.assigned_to);
  if (job.number.empty() && job.title.empty()) {
    return core::fail(core::invalid_input("title", "a job needs a number or a title"));
  }
  return changed;
}

core::Result<void> check_assignees(database::Session& session, const std::vector<core::UserId>& users) {
  for (const auto& id : users) {
    SG_ASSIGN(const auto user, database::users::find(session, id));
    if (!user) return core::fail(core::invalid_input("assigned_to", fmt::format("no user {}", id.to_string())));
  }
  return {};
}

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "number", "another job has this number already");
}

void write_job(core::JsonWriter& json, const core::Job& job) {
  json.begin_object().member("id", job.id.value).member("number", job.number).member("title", job.title);
  json.member("customer", job.customer).member("address", job.address).member("status", job.status);
  json.member("notes", job.notes).key("assigned_to").begin_array();
  for (const auto& user : job.assigned_to) json.string(user.to_string());
  json.end_array().key("created_by");
  if (job.created_by) {
    json.string(job.created_by->to_string());
  } else {
    json.null();
  }
  json.member("created_at", core::to_iso8601(job.created_at)).member("updated_at", core::to_iso8601(job.updated_at));
  json.member("photo_count", job.photo_count).end_object();
}

Response answer(int status, const core::Job& job) {
  std::string text;
  core::JsonWriter json(text);
  write_job(json, job);
  return Response::json(status, std::move(text));
}

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         accounts::AuditEvent event) {
  event.object_type = "job";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

core::Result<Response> create_job(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  // A technician may name nobody but themselves; that is what an absent list means anyway.
  if (input.assigned_to) SG_TRY(accounts::may_assign_job(request.caller));
  core::Job draft{.created_by = request.caller.user_id, .created_at = services.clock.now()};
  draft.updated_at = draft.created_at;
  if (request.caller.role == core::Role::technician) draft.assigned_to = {request.caller.user_id};
  SG_TRY(apply(input, draft));
  const auto job = services.database.write([&](database::Session& session) -> core::Result<core::Job> {
    SG_TRY(check_assignees(session, draft.assigned_to));
    core::Job made = draft;
    SG_ASSIGN(made.id, database::jobs::insert(session, draft));
    SG_TRY(audit(services, session, request, {.action = "job.create", .object_id = made.id.to_string()}));
    return made;
  });
  if (!job) return core::fail(worded(job.error()));
  log_stale_sidecar(care::refresh_job_sidecar(services.blobs, services.database, job->id), "job", job->id.to_string());
  return answer(201, *job);
}

core::Result<Response> list_jobs(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto status = query.choice("status", statuses);
  database::jobs::Filter filter{.text = query.text("q")};
  if (status) filter.status = std::string(*status);
  SG_TRY(query.finish());
  SG_ASSIGN(filter.before, read_id_cursor<core::JobId>("jobs", page.cursor));
  filter.limit = page.limit + 1;  // one more than shown tells whether a page follows
  SG_ASSIGN(auto jobs, services.database.read([&](database::Session& session) {
    return database::jobs::list(session, filter, accounts::visibility_of(request.caller));
  }));
  const auto next = cut_page(jobs, page.limit, "jobs");
  return Response::json(200, page_json(jobs, next, write_job));
}

core::Result<Response> get_job(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_job(request));
  SG_ASSIGN(const auto job, services.database.read(
                                [&](database::Session& session) { return visible_job(session, request.caller, id); }));
  return answer(200, job);
}

core::Result<core::Job> change_job(const Services& services, const Request& request, database::Session& session,
                                   const JobInput& input) {
  SG_ASSIGN(const auto id, captured_job(request));
  SG_ASSIGN(auto job, visible_job(session, request.caller, id));
  SG_TRY(accounts::may_change_job(request.caller, job));
  if (input.assigned_to) SG_TRY(accounts::may_assign_job(request.caller));
  SG_ASSIGN(const auto changed, apply(input, job));
  if (changed.empty()) return job;
  if (input.assigned_to) SG_TRY(check_assignees(session, *input.assigned_to));
  job.updated_at = services.clock.now();
  SG_TRY(database::jobs::update(session, job));
  SG_TRY(audit(services, session, request,
               {.action = "job.update", .object_id = id.to_string(), .details = details_of(changed)}));
  return job;
}

core::Result<Response> update_job(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  const auto job = services.database.write(
      [&](database::Session& session) { return change_job(services, request, session, input); });
  if (!job) return core::fail(worded(job.error()));
  log_stale_sidecar(care::refresh_job_sidecar(services.blobs, services.database, job->id), "job", job->id.to_string());
  return answer(200, *job);
}

core::Result<Response> delete_job(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_job(request));
  const auto removed = services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto job, visible_job(session, request.caller, id));
    SG_TRY(accounts::may_delete_job(request.caller, job));
    SG_TRY(database::jobs::remove(session, id));
    return audit(services, session, request, {.action = "job.delete", .object_id = id.to_string()});
  });
  if (!removed) {
    return core::fail(worded_conflict(removed.error(), "id", "the job has photos; move or delete them first"));
  }
  log_stale_sidecar(care::refresh_job_sidecar(services.blobs, services.database, id), "job", id.to_string());
  return Response::empty(204);
}

}  // namespace

void add_job_endpoints(EndpointTable& table, const Services& services) {
  const auto guard = [](core::Role role, accounts::Access access, ObjectCheck check) {
    return Guard{.least_role = role, .area = accounts::Area::jobs, .access = access, .check = check};
  };
  using core::Role;
  const auto write = accounts::Access::write;
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/jobs",
                   .operation = "listJobs",
                   .guard = guard(Role::viewer, accounts::Access::read, ObjectCheck::listing),
                   .handle = bound_with_query(services, list_jobs)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/jobs",
                   .operation = "createJob",
                   .guard = guard(Role::technician, write, ObjectCheck::none),
                   .body = BodyKind::json,
                   .handle = bound(services, create_job)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/jobs/{id}",
                   .operation = "getJob",
                   .guard = guard(Role::viewer, accounts::Access::read, ObjectCheck::job),
                   .handle = bound(services, get_job)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/jobs/{id}",
                   .operation = "updateJob",
                   .guard = guard(Role::technician, write, ObjectCheck::job),
                   .body = BodyKind::json,
                   .handle = bound(services, update_job)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/jobs/{id}",
                   .operation = "deleteJob",
                   .guard = guard(Role::technician, write, ObjectCheck::job),
                   .handle = bound(services, delete_job)});
}

}  // namespace sightglass::http
