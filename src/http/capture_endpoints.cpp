// Pictures that a camera takes when asked: with the photo they become, and in the form that machines know.
#include "stations/capture.hpp"

#include <array>

#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "http/camera_input.hpp"
#include "http/camera_json.hpp"
#include "http/object_access.hpp"
#include "http/photo_submission.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::cameras::Camera;
using File = imaging::DevelopPlan::File;

constexpr std::array<std::string_view, 3> formats{"jpg", "png", "tiff"};
constexpr NumberRange stage{.least = -1e9, .most = 1e9};
constexpr int patience_seconds = 300;  // for those who wait for others' captures as well

struct CaptureInput {
  std::optional<std::string> camera{};  // name or id
  camera::Settings settings{};
  std::optional<core::JobId> job{};
  std::optional<core::AssetId> asset{};
  std::string description{};
  std::string format = "jpg";
  std::int32_t quality = 95;
  std::optional<double> x{}, y{}, z{};
};

Result<CaptureInput> read_input(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request, true));
  CaptureInput input{.camera = body.optional_string("camera", 100)};
  input.settings.exposure_ms = body.optional_number("exposure", {.least = 0, .most = 1e9});
  input.settings.gain = body.optional_number("gain", {.least = -1e6, .most = 1e6});
  input.job = body.optional_job("job_id");
  input.asset = body.optional_id<core::AssetId>("asset_id");
  input.description = body.optional_string("description", 20'000).value_or("");
  input.format = body.optional_choice("format", formats).value_or("jpg");
  input.quality = static_cast<std::int32_t>(body.optional_integer("quality", {.least = 1, .most = 100}).value_or(95));
  input.x = body.optional_number("x", stage);
  input.y = body.optional_number("y", stage);
  input.z = body.optional_number("z", stage);
  SG_TRY(body.finish());
  return input;
}

Result<Camera> named_camera(Session& session, std::string_view text) {
  auto found = core::CameraId::parse(text) ? database::cameras::find(session, *core::CameraId::parse(text))
                                           : database::cameras::find_named(session, text);
  SG_TRY(found);
  if (!*found) return core::fail(core::invalid_input("camera", "no camera has this name or id"));
  return std::move(**found);
}

// The one that is named, else the first of this node that is switched on. Nothing stands in for a camera.
Result<Camera> chosen_camera(const Services& services, const std::optional<std::string>& named) {
  return services.database.read([&](Session& session) -> Result<Camera> {
    if (named) return named_camera(session, *named);
    SG_ASSIGN(const auto rows, database::cameras::list(session));
    for (const auto& row : rows) {
      if (row.is_enabled && services.cameras.owns(row)) return row;
    }
    return core::fail(core::unavailable("camera not initialised: none is configured and switched on here"));
  });
}

Result<std::shared_ptr<camera::Camera>> open_camera(const Services& services, const Camera& row) {
  auto open = services.cameras.find(row.id);
  if (open) return open;
  if (!row.is_enabled) return core::fail(core::unavailable("camera not initialised: it is switched off"));
  return core::fail(core::unavailable("camera not initialised: it belongs to the node " + row.node));
}

Result<void> resolve(Session& session, const Request& request, const CaptureInput& input,
                     ingest::Submission& submission) {
  if (input.job) {
    SG_ASSIGN(const auto job, named_job(session, request.caller, input.job->to_string()));
    SG_TRY(accounts::may_add_to_job(request.caller, job));
    submission.kind = core::PhotoKind::job;
    submission.job_id = job.id;
  }
  if (input.asset) {
    SG_ASSIGN(submission.asset_id, named_asset(session, input.asset->to_string()));
  }
  return {};
}

Result<ingest::Submission> submission_of(const Services& services, const Request& request, const CaptureInput& input) {
  ingest::Submission submission{
      .description = input.description, .uploader_name = request.caller.name, .request_id = request.request_id};
  if (request.caller.is_signed_in()) submission.uploaded_by = request.caller.user_id;
  submission.also = [&services, &request](Session& session, const core::Photo& photo) {
    return record_creation(services, request, session, photo);
  };
  SG_TRY(services.database.read([&](Session& session) { return resolve(session, request, input, submission); }));
  return submission;
}

File file_of(std::string_view format) {
  if (format == "png") return File::png;
  return format == "tiff" ? File::tiff : File::jpeg;
}

std::string_view format_words(std::string_view format) {
  if (format == "png") return "PNG";
  return format == "tiff" ? "TIFF" : "JPG";
}

// With what the store knows of it, or for machines that ask for the picture alone.
enum class Form : std::uint8_t { stored, plain };

Response answer(const stations::Captured& captured, const CaptureInput& input, Form form) {
  const auto& [photo, capture] = captured;
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("success", true);
  if (form == Form::stored) json.member("imageId", photo.id.to_string());
  json.member("filename", photo.filename);
  json.member("filepath", photo.files.original.empty() ? photo.files.display : photo.files.original);
  json.member("capturedAt", core::to_iso8601(capture.captured_at));
  json.member("exposureTime", capture.exposure_ms).member("gain", capture.gain);
  json.member("fileSize", photo.file_bytes).member("width", photo.size.width).member("height", photo.size.height);
  json.key("metadata").begin_object().member("format", format_words(input.format));
  json.key("quality");
  if (input.format == "jpg") {
    json.integer(input.quality);
  } else {
    json.null();
  }
  json.member("cameraConnected", true).member("simulatedMode", capture.is_simulated);
  json.member("camera", capture.camera_name).member("serial", capture.serial);
  json.member("frameNumber", capture.frame_number).member("tries", capture.tries).end_object();
  if (form == Form::stored) json.member("databaseSaved", true);
  json.end_object();
  return Response::json(200, std::move(text));
}

// The camera's error, in the words of this request.
core::Error worded(core::Error error) {
  if (error.field == "exposure_ms") error.field = "exposure";
  return error;
}

Result<Response> capture_in(const Services& services, const Request& request, Form form) {
  SG_ASSIGN(const auto input, read_input(request));
  SG_ASSIGN(auto row, chosen_camera(services, input.camera));
  SG_ASSIGN(auto open, open_camera(services, row));
  SG_ASSIGN(auto submission, submission_of(services, request, input));
  const auto captured = stations::capture({.blobs = services.blobs,
                                           .admission = services.admission,
                                           .decoder = services.decoder,
                                           .ingest = services.ingest},
                                          {.camera = std::move(open),
                                           .row = std::move(row),
                                           .settings = input.settings,
                                           .file = file_of(input.format),
                                           .quality = input.quality,
                                           .x = input.x,
                                           .y = input.y,
                                           .z = input.z,
                                           .submission = std::move(submission)});
  if (!captured) return core::fail(worded(captured.error()));
  return answer(*captured, input, form);
}

Result<Response> capture_stored(const Services& services, const Request& request) {
  return capture_in(services, request, Form::stored);
}

Result<Response> capture_plain(const Services& services, const Request& request) {
  return capture_in(services, request, Form::plain);
}

Guard captures() {
  return {.least_role = core::Role::technician, .area = accounts::Area::cameras, .access = accounts::Access::write};
}

Guard for_machines() {
  auto guard = captures();
  guard.admits_local_programs = true;
  return guard;
}

Result<Response> later(const Request& /*request*/) { return Response::deferred(); }

}  // namespace

void add_capture_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/camera/capture",
                   .operation = "captureImage",
                   .guard = captures(),
                   .body = BodyKind::json,
                   .handle = later,
                   .patient = bound(services, capture_stored),
                   .deadline_seconds = patience_seconds});
  table.push_back({.method = Method::post,
                   .pattern = "/capture",
                   .operation = "capturePlainly",
                   .guard = for_machines(),
                   .body = BodyKind::json,
                   .handle = later,
                   .patient = bound(services, capture_plain),
                   .deadline_seconds = patience_seconds});
}

}  // namespace sightglass::http
