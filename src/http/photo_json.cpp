#include "http/photo_json.hpp"

#include "fmt/format.h"
#include "http/camera_json.hpp"

namespace sightglass::http {
namespace {

using core::JsonKey;
using core::JsonWriter;

constexpr std::string_view photos_path = "/api/v1/images/photos/";

// Listings write a hundred photos at a time: whatever is made of digits goes straight into the text.
std::string_view view_of(const auto& characters) { return {characters.data(), characters.size()}; }

template <typename Id>
void write_id(JsonWriter& json, JsonKey name, const std::optional<Id>& id) {
  json.key(name);
  if (id) {
    json.plain({view_of(id->value.characters())});
  } else {
    json.null();
  }
}

void write_time(JsonWriter& json, JsonKey name, core::Instant instant) {
  json.key(name).plain({view_of(core::iso8601_characters(instant))});
}

// Empty text that means "not known" is shown as null.
void write_known(JsonWriter& json, JsonKey name, std::string_view text) {
  json.key(name);
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

std::string_view kind_name(core::PhotoKind kind) { return kind == core::PhotoKind::job ? "job" : "field"; }

void write_subject(JsonWriter& json, const core::Photo& photo) {
  json.member("description", photo.description).key("tags").begin_array();
  for (const auto& tag : photo.tags) json.string(tag);
  json.end_array().key("job_id");
  if (photo.job_id) {
    json.integer(photo.job_id->value);
  } else {
    json.null();
  }
  write_id(json, "asset_id", photo.asset_id);
  write_id(json, "location_id", photo.location_id);
}

void write_history(JsonWriter& json, const core::Photo& photo) {
  write_id(json, "uploaded_by", photo.uploaded_by);
  write_time(json, "uploaded_at", photo.uploaded_at);
  write_time(json, "taken_at", photo.taken_at);
  json.member("taken_at_source", core::name_of(photo.metadata.taken_source));
  write_known(json, "taken_local", photo.metadata.taken_local);
  json.member("processing_status", core::name_of(photo.status));
  write_known(json, "error", photo.error);
  write_known(json, "verdict", photo.verdict);
  json.key("trashed_at");
  if (photo.trashed_at) {
    json.plain({view_of(core::iso8601_characters(*photo.trashed_at))});
  } else {
    json.null();
  }
  write_id(json, "task_id", photo.task_id);
}

void write_file(JsonWriter& json, const core::Photo& photo) {
  json.member("media_type", core::mime_of(photo.media_type));
  json.member("width", photo.size.width).member("height", photo.size.height);
  json.member("display_width", photo.display_size.width).member("display_height", photo.display_size.height);
  json.member("file_size", photo.file_bytes).key("sha256").plain({view_of(photo.sha256.digits())});
  write_known(json, "thumbhash", photo.thumbhash);
  write_id(json, "duplicate_of", photo.duplicate_of);
  json.member("damaged", photo.is_damaged);
  write_known(json, "damage", photo.damage);
}

void write_position(JsonWriter& json, const std::optional<core::GeoPosition>& position) {
  if (!position) {
    json.key("latitude").null().key("longitude").null().key("altitude").null();
    return;
  }
  json.member("latitude", position->latitude).member("longitude", position->longitude);
  json.member("altitude", position->altitude);
}

void write_capture(JsonWriter& json, const core::CaptureMetadata& metadata) {
  write_position(json, metadata.position);
  write_known(json, "camera_make", metadata.camera_make);
  write_known(json, "camera_model", metadata.camera_model);
  write_known(json, "lens", metadata.lens);
  json.member("exposure_seconds", metadata.exposure_seconds).member("f_number", metadata.f_number);
  json.member("iso", metadata.iso).member("focal_length_mm", metadata.focal_length_mm);
  json.member("orientation", static_cast<std::int32_t>(metadata.orientation)).key("trap");
  if (metadata.trap.is_empty())
    json.null();
  else
    core::write_trap_facts(json, metadata.trap);
}

// A browser keeps a picture under its address, so that a turned one needs another.
std::string_view turned_query(std::int32_t rotation) {
  switch (rotation) {
    case 90: return "?rotation=90";
    case 180: return "?rotation=180";
    case 270: return "?rotation=270";
    default: return "";
  }
}

void write_urls(JsonWriter& json, const core::Photo& photo) {
  const auto id = photo.id.value.characters();
  json.key("original_url");
  if (photo.files.original.empty()) {
    json.null();
  } else {
    json.plain({photos_path, view_of(id), "/original"});
  }
  const auto turned = turned_query(photo.rotation);
  json.member("rotation", photo.rotation);
  json.key("display_url").plain({photos_path, view_of(id), "/display", turned});
  json.key("thumbnail_url").plain({photos_path, view_of(id), "/thumbnail", turned});
}

}  // namespace

std::string thumbnail_url(core::PhotoId id, std::int32_t rotation) {
  return photo_url(id, "thumbnail") + std::string(turned_query(rotation));
}

std::string photo_url(core::PhotoId id, std::string_view variant) {
  std::string url(photos_path);
  url += id.to_string();
  url += '/';
  url += variant;
  return url;
}

void write_photo_members(JsonWriter& json, const core::Photo& photo) {
  json.key("id").plain({view_of(photo.id.value.characters())}).member("kind", kind_name(photo.kind));
  json.member("source", core::name_of(photo.source)).member("filename", photo.filename);
  json.member("original_filename", photo.original_filename);
  write_subject(json, photo);
  write_history(json, photo);
  write_file(json, photo);
  write_capture(json, photo.metadata);
  write_urls(json, photo);
}

void write_photo(JsonWriter& json, const core::Photo& photo) {
  json.begin_object();
  write_photo_members(json, photo);
  json.end_object();
}

void write_analysis(JsonWriter& json, const database::analyses::Analysis& analysis) {
  json.begin_object().member("id", analysis.id.to_string()).member("photo_id", analysis.photo_id.to_string());
  json.member("model", analysis.model).member("version", analysis.version).member("provider", analysis.provider);
  json.key("labels").raw(analysis.labels).key("objects").raw(analysis.objects);
  json.key("text").raw(analysis.text).key("properties").raw(analysis.properties);
  json.key("codes").raw(analysis.codes).key("scores").raw(analysis.scores).key("steps").raw(analysis.steps);
  json.member("perceptual_hash", fmt::format("{:016x}", static_cast<std::uint64_t>(analysis.perceptual_hash)));
  json.member("duration_ms", analysis.duration_ms).member("cost", analysis.cost);
  json.member("created_at", core::to_iso8601(analysis.created_at)).end_object();
}

std::string photo_detail_json(const core::Photo& photo, const PhotoExtras& extras) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_photo_members(json, photo);
  write_known(json, "verdict_by", photo.verdict.empty() ? "" : extras.is_verdict_by_person ? "person" : "findings");
  json.key("metadata").raw(photo.metadata.json.empty() ? "{}" : photo.metadata.json).key("analysis");
  if (extras.analysis) {
    write_analysis(json, *extras.analysis);
  } else {
    json.null();
  }
  json.key("capture");
  if (extras.capture) {
    write_capture(json, *extras.capture);
  } else {
    json.null();
  }
  json.end_object();
  return text;
}

}  // namespace sightglass::http
