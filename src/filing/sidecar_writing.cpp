#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"
#include "filing/sidecar.hpp"

namespace sightglass::filing {
namespace {

using core::JsonWriter;

// Raised when a reader of the old form could misunderstand the new one.
constexpr std::int64_t format_version = 1;

template <typename Id>
std::optional<std::string> text_of(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->to_string();
}

void write_subject(JsonWriter& json, const core::Photo& photo) {
  json.member("description", photo.description).key("tags").begin_array();
  for (const auto& tag : photo.tags) json.string(tag);
  json.end_array();
  std::optional<std::int64_t> job;
  if (photo.job_id) job = photo.job_id->value;
  json.member("job_id", job);
  json.member("asset_id", text_of(photo.asset_id));
  json.member("location_id", text_of(photo.location_id));
  json.member("verdict", photo.verdict);
}

void write_files(JsonWriter& json, const core::Photo& photo) {
  json.member("media_type", core::mime_of(photo.media_type));
  json.member("sha256", photo.sha256.to_hex());
  json.member("width", photo.size.width).member("height", photo.size.height);
  json.member("display_width", photo.display_size.width).member("display_height", photo.display_size.height);
  json.member("file_size", photo.file_bytes);
  json.member("display_bytes", photo.display_bytes).member("thumbnail_bytes", photo.thumbnail_bytes);
  json.key("files").begin_object();
  json.member("original", photo.files.original);
  json.member("display", photo.files.display);
  json.member("thumbnail", photo.files.thumbnail);
  json.end_object();
  json.member("thumbhash", photo.thumbhash);
  json.member("duplicate_of", text_of(photo.duplicate_of));
  json.member("damaged", photo.is_damaged).member("damage", photo.damage);
}

void write_capture(JsonWriter& json, const core::CaptureMetadata& capture) {
  json.member("taken_at_source", core::name_of(capture.taken_source));
  std::optional<std::string> file_taken_at;
  if (capture.taken_at) file_taken_at = core::to_iso8601(*capture.taken_at);
  json.member("file_taken_at", file_taken_at);
  json.member("taken_local", capture.taken_local);
  json.member("taken_offset_minutes", capture.taken_offset_minutes);
  json.member("camera_make", capture.camera_make);
  json.member("camera_model", capture.camera_model);
  json.member("lens", capture.lens);
  json.member("exposure_seconds", capture.exposure_seconds);
  json.member("f_number", capture.f_number);
  json.member("iso", capture.iso);
  json.member("focal_length_mm", capture.focal_length_mm);
  json.member("orientation", static_cast<std::int32_t>(capture.orientation));
}

void write_position(JsonWriter& json, const std::optional<core::GeoPosition>& position) {
  std::optional<double> latitude, longitude, altitude;
  if (position) {
    latitude = position->latitude;
    longitude = position->longitude;
    altitude = position->altitude;
  }
  json.member("latitude", latitude).member("longitude", longitude).member("altitude", altitude);
}

}  // namespace

std::string to_json(const Sidecar& sidecar) {
  const core::Photo& photo = sidecar.photo;
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("sightglass", format_version);
  json.member("id", photo.id.to_string());
  json.member("kind", photo.kind == core::PhotoKind::job ? "job" : "field");
  json.member("source", core::name_of(photo.source));
  json.member("filename", photo.filename).member("original_filename", photo.original_filename);
  json.member("uploaded_by", text_of(photo.uploaded_by)).member("uploader_name", sidecar.uploader_name);
  json.member("uploaded_at", core::to_iso8601(photo.uploaded_at));
  json.member("taken_at", core::to_iso8601(photo.taken_at));
  json.member("queue", core::name_of(sidecar.queue));
  write_subject(json, photo);
  write_files(json, photo);
  write_capture(json, photo.metadata);
  write_position(json, photo.metadata.position);
  // Only where it says something, so that the sidecars of all other photos stay as they were written.
  if (photo.rotation != 0) json.member("rotation", photo.rotation);
  if (photo.trashed_at) json.member("trashed_at", core::to_iso8601(*photo.trashed_at));
  if (!photo.metadata.trap.is_empty()) {
    json.key("trap");
    core::write_trap_facts(json, photo.metadata.trap);
  }
  // Only the decoder makes this text, but a sidecar that cannot be read again would be worse than one without it.
  json.key("metadata").raw(is_json_object(photo.metadata.json) ? photo.metadata.json : "{}");
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace sightglass::filing
