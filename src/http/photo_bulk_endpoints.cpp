// Changes of many photos at once, and the trash for one.
#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_bulk.hpp"
#include "http/photo_bytes.hpp"
#include "ingest/sidecar.hpp"

namespace sightglass::http {
namespace {

// Only after the commit, and of all that changed: an answer means that the sidecars say the same.
core::Result<BulkOutcome> perform_and_file(const Services& services, PhotoBytes& bytes, const Request& request,
                                           BulkRequest bulk) {
  const bool is_analysis = std::holds_alternative<Reprocess>(bulk.action);
  SG_ASSIGN(auto outcome, perform(services, request, std::move(bulk)));
  if (is_analysis && services.wake_workers) services.wake_workers();
  for (const auto& photo : outcome.changed) {
    bytes.forget(photo);
    // The state of an analysis is not in the sidecar.
    if (is_analysis) continue;
    log_stale_sidecar(ingest::refresh_sidecar(services.blobs, services.database, photo), "photo", photo.id.to_string());
  }
  return outcome;
}

std::string to_json(const BulkOutcome& outcome) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("changed", static_cast<std::int64_t>(outcome.changed.size()));
  // By name too, so that what a filter found can be taken back.
  json.key("photos").begin_array();
  for (const auto& photo : outcome.changed) json.string(photo.id.to_string());
  json.end_array();
  json.key("refused").begin_array();
  for (const auto& [id, problem] : outcome.refused)
    json.begin_object().member("id", id.to_string()).member("problem", problem).end_object();
  json.end_array().member("next", outcome.next).end_object();
  return text;
}

core::Result<Response> change_photos(const Services& services, PhotoBytes& bytes, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(auto bulk, read_bulk_request(request));
  SG_ASSIGN(const auto outcome, perform_and_file(services, bytes, request, std::move(bulk)));
  return Response::json(200, to_json(outcome));
}

// The same as a bulk of one, but that its refusal is the answer.
core::Result<Response> move_photo(const Services& services, PhotoBytes& bytes, const Request& request,
                                  const BulkAction& action) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(const auto photo, services.database.read([&](database::Session& session) {
    return visible_photo(session, request.caller, id);
  }));
  SG_TRY(accounts::may_delete_photo(request.caller, photo));
  SG_ASSIGN(const auto outcome,
            perform_and_file(services, bytes, request, {.selection = {.photos = {id}}, .action = action}));
  if (!outcome.refused.empty()) return core::fail(core::not_found("no such photo"));
  return Response::empty(204);
}

}  // namespace

void add_photo_bulk_endpoints(EndpointTable& table, const Services& services,
                              const std::shared_ptr<PhotoBytes>& bytes) {
  Guard guard{.least_role = core::Role::technician, .access = accounts::Access::write, .check = ObjectCheck::listing};
  table.push_back(
      {.method = Method::post,
       .pattern = "/api/v1/images/photos/bulk",
       .operation = "changePhotos",
       .guard = guard,
       .body = BodyKind::json,
       .handle = [&services, bytes](const Request& request) { return change_photos(services, *bytes, request); },
       .deadline_seconds = 120});  // a thousand sidecars on a slow disk
  guard.check = ObjectCheck::photo;
  const auto add_move = [&](std::string_view pattern, std::string_view operation, BulkAction action) {
    table.push_back({.method = Method::post,
                     .pattern = pattern,
                     .operation = operation,
                     .guard = guard,
                     .handle = [&services, bytes, action](const Request& request) {
                       return move_photo(services, *bytes, request, action);
                     }});
  };
  add_move("/api/v1/images/photos/{id}/trash", "trashPhoto", Trash{});
  add_move("/api/v1/images/photos/{id}/restore", "restorePhoto", Restore{});
}

}  // namespace sightglass::http
