#include "stations/capture.hpp"

#include <future>
#include <span>
#include <utility>

#include "core/json_writer.hpp"
#include "stations/camera_settings.hpp"

namespace sightglass::stations {
namespace {

using database::captures::Capture;

core::Result<camera::Shot> take_shot(camera::Camera& camera, const camera::Settings& settings) {
  std::promise<core::Result<camera::Shot>> answer;
  auto answered = answer.get_future();
  camera.capture(settings, [&answer](core::Result<camera::Shot> shot) { answer.set_value(std::move(shot)); });
  return answered.get();
}

Capture capture_of(const CaptureOrder& order, const camera::Shot& shot) {
  const auto& frame = shot.frame;
  Capture capture{.camera_id = order.row.id,
                  .camera_name = order.row.name,
                  .serial = shot.identity.serial,
                  .user_id = order.submission.uploaded_by,
                  .job_id = order.submission.job_id,
                  .captured_at = frame.taken_at,
                  .x = order.x,
                  .y = order.y,
                  .z = order.z,
                  .exposure_ms = frame.settings.exposure_ms,
                  .gain = frame.settings.gain,
                  .frame_number = static_cast<std::int64_t>(frame.number),
                  .tries = shot.tries,
                  .is_simulated = frame.is_simulated,
                  .settings = to_json(frame.settings)};
  if (frame.device_timestamp_ns) capture.device_ns = static_cast<std::int64_t>(*frame.device_timestamp_ns);
  return capture;
}

// In the file itself, so that whoever has only the picture knows what it is.
std::string comment_of(const Capture& capture) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("camera", capture.camera_name).member("frame", capture.frame_number);
  json.member("simulated", capture.is_simulated);
  if (capture.gain) json.member("gain", *capture.gain);
  if (capture.x) json.member("x", *capture.x);
  if (capture.y) json.member("y", *capture.y);
  if (capture.z) json.member("z", *capture.z);
  json.end_object();
  return text;
}

imaging::DevelopPlan plan_of(const CaptureOrder& order, const camera::Shot& shot, const Capture& capture) {
  imaging::DevelopPlan plan{.file = order.file,
                            .quality = order.quality,
                            .make = shot.identity.vendor,
                            .model = shot.identity.model,
                            .serial = shot.identity.serial,
                            .taken_at = capture.captured_at,
                            .comment = comment_of(capture)};
  if (capture.exposure_ms) plan.exposure_seconds = *capture.exposure_ms / 1000;
  return plan;
}

core::Result<std::unique_ptr<storage::IncomingBlob>> incoming_of(storage::BlobStore& blobs, const std::string& file) {
  SG_ASSIGN(auto incoming, blobs.begin_incoming());
  SG_TRY(incoming->write(std::as_bytes(std::span(file))));
  return incoming;
}

}  // namespace

core::Result<Captured> capture(const CaptureParts& parts, CaptureOrder order) {
  SG_ASSIGN(const auto shot, take_shot(*order.camera, order.settings));
  auto capture = capture_of(order, shot);
  SG_ASSIGN(const auto file,
            parts.decoder.develop(shot.frame.image, plan_of(order, shot, capture), parts.ingest.policy().limits));
  SG_ASSIGN(auto room, parts.admission.admit(static_cast<std::int64_t>(file.size())));
  SG_ASSIGN(const auto incoming, incoming_of(parts.blobs, file));
  room.note_written(incoming->bytes());
  auto& submission = order.submission;
  submission.source = core::PhotoSource::camera;
  submission.captured_at = capture.captured_at;
  auto also = std::move(submission.also);
  submission.also = [&also, &capture](database::Session& session, const core::Photo& photo) -> core::Result<void> {
    capture.photo_id = photo.id;
    SG_TRY(database::captures::insert(session, capture));
    return also ? also(session, photo) : core::Result<void>{};
  };
  SG_ASSIGN(auto accepted, parts.ingest.accept(*incoming, submission));
  return Captured{.photo = std::move(accepted.photo), .capture = std::move(capture)};
}

}  // namespace sightglass::stations
