#include "database/captures.hpp"

namespace sightglass::database::captures {
namespace {

const std::string columns =
    "photo_id, camera_id, camera_name, serial, user_id, job_id, captured_at, x, y, z, exposure_ms, gain, frame_number, "
    "device_ns, tries, is_simulated, settings";

Capture read_capture(const Row& row) {
  Capture capture{.photo_id = row.id<core::PhotoId>(0),
                  .camera_id = row.optional_id<core::CameraId>(1),
                  .camera_name = row.string(2),
                  .serial = row.string(3),
                  .user_id = row.optional_id<core::UserId>(4),
                  .captured_at = row.instant(6),
                  .x = row.optional_real(7),
                  .y = row.optional_real(8),
                  .z = row.optional_real(9),
                  .exposure_ms = row.optional_real(10),
                  .gain = row.optional_real(11),
                  .frame_number = row.integer(12),
                  .device_ns = row.optional_integer(13),
                  .tries = row.integer(14),
                  .is_simulated = row.boolean(15),
                  .settings = row.string(16)};
  if (!row.is_null(5)) capture.job_id = core::JobId{row.integer(5)};
  return capture;
}

}  // namespace

core::Result<void> insert(Session& session, const Capture& capture) {
  SG_TRY(session.execute(
      "INSERT INTO captures (" + columns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
      {capture.photo_id, capture.camera_id, capture.camera_name, capture.serial, capture.user_id, capture.job_id,
       capture.captured_at, capture.x, capture.y, capture.z, capture.exposure_ms, capture.gain, capture.frame_number,
       capture.device_ns, capture.tries, capture.is_simulated, capture.settings}));
  return {};
}

core::Result<std::optional<Capture>> find(Session& session, core::PhotoId photo) {
  return session.first("SELECT " + columns + " FROM captures WHERE photo_id = $1", {photo}, read_capture);
}

}  // namespace sightglass::database::captures
