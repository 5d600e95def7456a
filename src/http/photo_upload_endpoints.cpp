// Uploading a field photo: answered when the original is durable, analysed afterwards.
#include "core/json_writer.hpp"
#include "http/object_access.hpp"
#include "http/photo_json.hpp"
#include "http/photo_submission.hpp"
#include "http/services.hpp"
#include "http/upload_form.hpp"

namespace sightglass::http {
namespace {

Response uploaded(const core::Photo& photo) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_photo_members(json, photo);
  json.member("message", "Photo uploaded, analysis queued").end_object();
  return Response::json(201, std::move(text));
}

core::Result<Response> accept_upload(const Services& services, const Request& request, ReceivedForm& form) {
  SG_ASSIGN(const auto fields, read_photo_fields(form));
  SG_ASSIGN(auto submission, make_submission(services, request, fields, form.sent_filename));
  submission.kind = core::PhotoKind::field;
  submission.source = core::PhotoSource::upload;
  SG_ASSIGN(const auto photo, take_in(services, request, form, std::move(submission)));
  return uploaded(photo);
}

core::Result<std::unique_ptr<UploadSink>> begin_upload(const Services& services, const Request& request) {
  SG_ASSIGN(auto room, admit(services, request));
  UploadRules rules{
      .text_fields = {"description", "tags", "job_id", "asset_id", "location_id", "priority", "allow_damaged"},
      .max_file_bytes = services.max_upload_bytes};
  return std::make_unique<UploadForm>(
      services.blobs, std::move(rules), std::move(room),
      [&services, request = request](ReceivedForm& form) { return accept_upload(services, request, form); });
}

}  // namespace

void add_photo_upload_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/images/photos/upload",
                   .operation = "uploadPhoto",
                   .guard = {.least_role = core::Role::technician, .access = accounts::Access::write},
                   .body = BodyKind::multipart,
                   .upload = [&services](const Request& request) { return begin_upload(services, request); },
                   .max_body_bytes = services.max_upload_bytes + (1 << 20),
                   .deadline_seconds = 600});
}

}  // namespace sightglass::http
