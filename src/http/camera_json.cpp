#include "http/camera_json.hpp"

#include <string_view>

#include "stations/camera_address.hpp"
#include "stations/camera_settings.hpp"

namespace sightglass::http {
namespace {

using core::JsonKey;
using core::JsonWriter;

void write_identity(JsonWriter& json, const camera::Identity& identity) {
  json.begin_object().member("vendor", identity.vendor).member("model", identity.model);
  json.member("serial", identity.serial).member("firmware", identity.firmware).end_object();
}

void write_range(JsonWriter& json, JsonKey name, const std::optional<camera::Range>& range) {
  json.key(name);
  if (!range) {
    json.null();
    return;
  }
  json.begin_object().member("least", range->least).member("most", range->most).member("step", range->step);
  json.end_object();
}

void write_capabilities(JsonWriter& json, const camera::Capabilities& can) {
  json.begin_object().member("width", can.sensor.width).member("height", can.sensor.height);
  write_range(json, "exposure_ms", can.exposure_ms);
  write_range(json, "gain", can.gain);
  write_range(json, "black_level", can.black_level);
  write_range(json, "frame_rate", can.frame_rate);
  json.member("region_step", can.region_step).key("least_region").begin_object();
  json.member("width", can.least_region.width).member("height", can.least_region.height).end_object();
  json.key("binnings").begin_array();
  for (const auto binning : can.binnings) json.integer(binning);
  json.end_array().key("pixel_formats").begin_array();
  for (const auto format : can.formats) json.string(core::name_of(format));
  json.end_array().key("trigger_lines").begin_array();
  for (const auto& line : can.trigger_lines) json.string(line);
  json.end_array().key("user_sets").begin_array();
  for (const auto& set : can.user_sets) json.string(set);
  json.end_array().member("software_trigger", can.has_software_trigger);
  json.member("auto_exposure", can.has_auto_exposure).end_object();
}

std::int64_t count(std::uint64_t number) { return static_cast<std::int64_t>(number); }

void write_counters(JsonWriter& json, const camera::Status& status) {
  const auto& counters = status.counters;
  json.begin_object().member("completed", count(counters.completed)).member("failed", count(counters.failed));
  json.member("underruns", count(counters.underruns)).member("missed", count(counters.missed));
  json.member("resent_packets", count(counters.resent_packets)).member("captures", count(status.captures));
  json.member("failed_captures", count(status.failed_captures)).member("reopened", count(status.reopened));
  json.member("waiting", count(status.waiting)).end_object();
}

void write_status(JsonWriter& json, const camera::Status& status) {
  json.begin_object().member("state", camera::name_of(status.state)).member("fault", status.fault).key("identity");
  if (status.identity) {
    write_identity(json, *status.identity);
  } else {
    json.null();
  }
  json.key("capabilities");
  if (status.capabilities) {
    write_capabilities(json, *status.capabilities);
  } else {
    json.null();
  }
  json.key("settings");
  stations::write_settings(json, status.settings);
  json.key("counters");
  write_counters(json, status);
  json.end_object();
}

}  // namespace

void write_camera(JsonWriter& json, const database::cameras::Camera& row, const camera::Status* status) {
  json.begin_object().member("id", row.id.to_string()).member("name", row.name).member("driver", row.driver);
  json.member("address", stations::shown_address(row.address))
      .member("node", row.node)
      .member("enabled", row.is_enabled);
  json.member("simulated", row.driver == camera::name_of(camera::Driver::simulated));
  json.key("settings").raw(row.settings).key("status");
  if (status != nullptr) {
    write_status(json, *status);
  } else {
    json.null();
  }
  json.member("created_at", core::to_iso8601(row.created_at));
  json.member("updated_at", core::to_iso8601(row.updated_at)).end_object();
}

void write_capture(JsonWriter& json, const database::captures::Capture& capture) {
  json.begin_object().member("camera_id",
                             capture.camera_id ? std::optional(capture.camera_id->to_string()) : std::nullopt);
  json.member("camera", capture.camera_name).member("serial", capture.serial);
  json.member("captured_at", core::to_iso8601(capture.captured_at));
  json.member("x", capture.x).member("y", capture.y).member("z", capture.z);
  json.member("exposure_ms", capture.exposure_ms).member("gain", capture.gain);
  json.member("frame_number", capture.frame_number).member("device_ns", capture.device_ns);
  json.member("tries", capture.tries).member("simulated", capture.is_simulated);
  json.key("settings").raw(capture.settings).end_object();
}

}  // namespace sightglass::http
