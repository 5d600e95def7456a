// Analysing photos again, one or many, and how far a task is.
#include <algorithm>

#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "fmt/format.h"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/photo_analysis.hpp"
#include "http/task_access.hpp"
#include "http/task_json.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {
namespace {

constexpr std::string_view batch_task = "batch_process_images";
constexpr std::size_t max_batch = 1000;

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         accounts::AuditEvent event) {
  return services.audit.append(session, request.caller, origin_of(request), event);
}

core::Result<core::TaskId> requeue(const Services& services, const Request& request, database::Session& session) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(const auto photo, visible_photo(session, request.caller, id));
  SG_TRY(accounts::may_reprocess_photo(request.caller, photo));
  SG_ASSIGN(const auto waiting, unfinished_task(session, photo));
  if (waiting) return *waiting;
  SG_ASSIGN(const auto task, enqueue_analysis(services, session, photo, {.request_id = request.request_id}));
  SG_TRY(audit(services, session, request,
               {.action = "photo.reprocess", .object_type = "photo", .object_id = id.to_string()}));
  return task;
}

core::Result<Response> reprocess_photo(const Services& services, const Request& request) {
  SG_ASSIGN(const auto task,
            services.database.write([&](database::Session& session) { return requeue(services, request, session); }));
  if (services.wake_workers) services.wake_workers();
  std::string text;
  core::JsonWriter(text).begin_object().member("task_id", task.to_string()).end_object();
  return Response::json(202, std::move(text));
}

struct Batch {
  core::TaskId task{};
  std::vector<core::Photo> photos{};
  std::vector<std::string> unknown_ids{};
};

core::Result<void> sort_out(database::Session& session, const accounts::Caller& caller, const std::string& text,
                            Batch& batch) {
  const auto id = core::PhotoId::parse(text);
  if (!id) {
    batch.unknown_ids.push_back(text);
    return {};
  }
  if (std::ranges::find(batch.photos, *id, &core::Photo::id) != batch.photos.end()) return {};
  auto photo = visible_photo(session, caller, *id);
  if (photo) {
    batch.photos.push_back(std::move(*photo));
  } else if (photo.error().code == core::ErrorCode::not_found) {
    batch.unknown_ids.push_back(text);
  } else {
    return core::fail(std::move(photo.error()));
  }
  return {};
}

std::string batch_arguments(const accounts::Caller& caller, std::size_t total) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("user_id", caller.user_id.to_string());
  json.member("total", static_cast<std::int64_t>(total)).end_object();
  return text;
}

core::Result<Batch> enqueue_batch(const Services& services, const Request& request, database::Session& session,
                                  const std::vector<std::string>& ids) {
  Batch batch;
  for (const auto& text : ids) SG_TRY(sort_out(session, request.caller, text, batch));
  if (batch.photos.empty()) {
    return core::fail(core::invalid_input("photo_ids", "none of these is the id of a photo that may be seen"));
  }
  SG_ASSIGN(batch.task, queue::enqueue(session,
                                       {.kind = std::string(batch_task),
                                        .queue = core::TaskQueue::batch,
                                        .arguments = batch_arguments(request.caller, batch.photos.size()),
                                        .request_id = request.request_id},
                                       services.clock.now()));
  for (const auto& photo : batch.photos) {
    SG_TRY(
        enqueue_analysis(services, session, photo,
                         {.queue = core::TaskQueue::batch, .group_id = batch.task, .request_id = request.request_id}));
  }
  SG_TRY(audit(services, session, request,
               {.action = "photo.batch_analyze",
                .object_type = "task",
                .object_id = batch.task.to_string(),
                .details = fmt::format("{{\"photos\":{}}}", batch.photos.size())}));
  return batch;
}

std::string to_json(const Batch& batch) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("status", "batch_queued");
  json.member("total_photos", static_cast<std::int64_t>(batch.photos.size()));
  json.member("task_id", batch.task.to_string());
  json.member("message", fmt::format("{} photos queued for analysis", batch.photos.size()));
  json.key("unknown_ids").begin_array();
  for (const auto& id : batch.unknown_ids) json.string(id);
  json.end_array().end_object();
  return text;
}

core::Result<Response> batch_analyze(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto ids = body.required_strings("photo_ids", {.max_items = max_batch, .max_characters = 100});
  SG_TRY(body.finish());
  SG_ASSIGN(const auto batch, services.database.write([&](database::Session& session) {
    return enqueue_batch(services, request, session, ids);
  }));
  if (services.wake_workers) services.wake_workers();
  return Response::json(202, to_json(batch));
}

core::Result<std::string> status_json(database::Session& session, const Request& request) {
  SG_ASSIGN(const auto id, captured_task(request));
  SG_ASSIGN(const auto task, visible_task(session, request.caller, id));
  if (task.kind != batch_task) return task_status_json(task);
  SG_ASSIGN(const auto counts, queue::count_group(session, id));
  return batch_status_json(task, counts);
}

core::Result<Response> task_status(const Services& services, const Request& request) {
  SG_ASSIGN(auto text,
            services.database.read([&](database::Session& session) { return status_json(session, request); }));
  auto response = Response::json(200, std::move(text));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_task_endpoints(EndpointTable& table, const Services& services) {
  table.push_back(
      {.method = Method::post,
       .pattern = "/api/v1/images/photos/{id}/reprocess",
       .operation = "reprocessPhoto",
       .guard = {.least_role = core::Role::technician, .access = accounts::Access::write, .check = ObjectCheck::photo},
       .handle = bound(services, reprocess_photo)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/images/photos/batch_analyze",
                   .operation = "batchAnalyzePhotos",
                   .guard = {.least_role = core::Role::reviewer, .access = accounts::Access::write},
                   .body = BodyKind::json,
                   .handle = bound(services, batch_analyze)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/task-status/{task_id}",
                   .operation = "getTaskStatus",
                   .guard = {.area = accounts::Area::tasks, .check = ObjectCheck::photo},
                   .handle = bound(services, task_status)});
}

}  // namespace sightglass::http
