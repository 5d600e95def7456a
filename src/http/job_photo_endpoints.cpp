// Photos of a job by the addresses that earlier clients know: adding one, and its bytes.
#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_bytes.hpp"
#include "http/photo_submission.hpp"
#include "http/upload_form.hpp"

namespace sightglass::http {
namespace {

Response stored(const core::Photo& photo) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("success", true).member("filename", photo.filename);
  json.member("id", photo.id.to_string()).key("duplicate_of");
  if (photo.duplicate_of) {
    json.string(photo.duplicate_of->to_string());
  } else {
    json.null();
  }
  json.member("damaged", photo.is_damaged).end_object();
  return Response::json(200, std::move(text));
}

core::Result<void> check_job_takes_photos(const Services& services, const Request& request, core::JobId id) {
  return services.database.read([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto job, visible_job(session, request.caller, id));
    return accounts::may_add_to_job(request.caller, job);
  });
}

core::Result<Response> accept_image(const Services& services, const Request& request, core::JobId job,
                                    ReceivedForm& form) {
  SG_ASSIGN(const auto fields, read_photo_fields(form));
  SG_ASSIGN(auto submission, make_submission(services, request, fields, form.sent_filename));
  submission.kind = core::PhotoKind::job;
  submission.source = core::PhotoSource::job_upload;
  submission.job_id = job;
  SG_ASSIGN(const auto photo, take_in(services, request, form, std::move(submission)));
  return stored(photo);
}

core::Result<std::unique_ptr<UploadSink>> begin_image(const Services& services, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto job, captured_job(request));
  SG_TRY(check_job_takes_photos(services, request, job));
  SG_ASSIGN(auto room, admit(services, request));
  UploadRules rules{.text_fields = {"description", "tags", "allow_damaged"},
                    .max_file_bytes = services.max_upload_bytes};
  return std::make_unique<UploadForm>(
      services.blobs, std::move(rules), std::move(room),
      [&services, job, request = request](ReceivedForm& form) { return accept_image(services, request, job, form); });
}

core::Result<core::Photo> named_photo(database::Session& session, const Request& request) {
  SG_ASSIGN(const auto job, captured_job(request, "job_id"));
  SG_ASSIGN(const auto photo, database::photos::find_in_job(session, job, request.captures.get("filename")));
  if (!photo) return core::fail(core::not_found("no such photo"));
  return visible_photo(session, request.caller, photo->id);
}

std::string key_of(const Request& request) {
  return thumbnail_key(request.captures.get("job_id"), request.captures.get("filename"));
}

core::Result<Response> get_image(const Services& services, PhotoBytes& bytes, LostImage lost, const Request& request) {
  QueryReader query(request);
  const bool wants_thumbnail = query.boolean("thumbnail").value_or(false);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto photo,
            services.database.read([&](database::Session& session) { return named_photo(session, request); }));
  const auto variant = wants_thumbnail ? PhotoVariant::thumbnail : PhotoVariant::display;
  return bytes.send(request, {.photo = photo, .variant = variant, .key = key_of(request)}, lost);
}

// Only the exact query that asks for a thumbnail; anything else takes the way that explains mistakes.
std::optional<Response> get_remembered_image(PhotoBytes& bytes, const Request& request) {
  const auto& pairs = request.query.pairs();
  if (pairs.size() != 1 || pairs.front().first != "thumbnail" || pairs.front().second != "true") return std::nullopt;
  return bytes.send_remembered(request, key_of(request));
}

}  // namespace

void add_job_photo_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes) {
  table.push_back(
      {.method = Method::post,
       .pattern = "/job/{id}/add_image",
       .operation = "addJobImage",
       .guard = {.least_role = core::Role::technician, .access = accounts::Access::write, .check = ObjectCheck::job},
       .body = BodyKind::multipart,
       .errors = ErrorStyle::plain,
       .upload = [&services](const Request& request) { return begin_image(services, request); },
       .max_body_bytes = services.max_upload_bytes + (1 << 20),
       .deadline_seconds = 600});
  table.push_back(
      {.method = Method::get,
       .pattern = "/job/image/{job_id}/{filename}",
       .operation = "getJobImage",
       .guard = {.check = ObjectCheck::photo},
       .handle = [&services,
                  bytes](const Request& request) { return get_image(services, *bytes, LostImage::deferred, request); },
       .fast = [bytes](const Request& request) { return get_remembered_image(*bytes, request); },
       .patient = [&services,
                   bytes](const Request& request) { return get_image(services, *bytes, LostImage::remade, request); }});
}

}  // namespace sightglass::http
