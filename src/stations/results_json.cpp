#include "stations/results_json.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>

#include "core/json_writer.hpp"

namespace sightglass::stations {
namespace {

using database::triggers::Trigger;

double milliseconds_between(core::Instant from, core::Instant to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

void write_findings(core::JsonWriter& json, const inspection::Judgement& judgement) {
  json.key("boxes").begin_array();
  for (const auto& box : judgement.boxes) {
    json.begin_object().member("x", box.x).member("y", box.y).member("width", box.width);
    json.member("height", box.height).end_object();
  }
  json.end_array().key("peak");
  if (judgement.peak) {
    json.begin_object().member("x", judgement.peak->x).member("y", judgement.peak->y).end_object();
  } else {
    json.null();
  }
  json.key("aligned");
  if (judgement.moved_x) {
    json.begin_object().member("x", judgement.moved_x).member("y", judgement.moved_y);
    json.member("degrees", judgement.turned).end_object();
  } else {
    json.null();
  }
  json.member("code", judgement.code);
}

void write_camera(core::JsonWriter& json, const Trigger& trigger) {
  json.key("camera").begin_object().member("name", trigger.camera_name).member("serial", trigger.serial);
  json.member("frame", trigger.frame_number).member("device_ns", trigger.device_ns);
  json.key("settings").raw(trigger.settings).member("simulated", trigger.is_simulated).end_object();
}

void write_files(core::JsonWriter& json, const Trigger& trigger) {
  const auto file = [&](std::string_view kind) {
    return fmt::format("{}/{}/{}.jpg", trigger.verdict, kind, trigger.name);
  };
  json.key("files").begin_object().member("original", file("original")).member("annotated", file("annotated"));
  json.end_object();
}

void write_times(core::JsonWriter& json, const Trigger& trigger, const inspection::Judgement& judgement) {
  json.key("times").begin_object();
  json.member("journaled_ms", milliseconds_between(trigger.triggered_at, trigger.journaled_at));
  json.member("convert_ms", judgement.convert_ms).member("network_ms", judgement.network_ms);
  json.member("score_ms", judgement.score_ms);
  if (trigger.judged_at) json.member("judged_ms", milliseconds_between(trigger.triggered_at, *trigger.judged_at));
  json.end_object();
}

}  // namespace

std::string results_json(const Trigger& trigger, const inspection::Judgement& judgement) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("schema", results_schema).member("id", trigger.id.to_string());
  json.member("name", trigger.name).member("image_id", trigger.image_id).member("station", trigger.station_name);
  json.member("triggered_at", core::to_iso8601(trigger.triggered_at)).member("verdict", trigger.verdict);
  json.member("judged", !trigger.model.empty()).member("reason", trigger.reason);
  json.member("score", trigger.score).member("threshold", trigger.threshold).member("model", trigger.model);
  json.member("recipe_version", trigger.recipe_version).key("recipe").raw(trigger.recipe);
  write_findings(json, judgement);
  write_camera(json, trigger);
  write_files(json, trigger);
  write_times(json, trigger, judgement);
  json.end_object();
  return text;
}

core::Result<std::string> renamed_results(std::string_view results, std::string_view image_id) {
  boost::system::error_code fault;
  auto value = boost::json::parse(results, fault);
  if (fault || !value.is_object())
    return core::fail(core::internal_error("The results of an inspection cannot be read.", fault.message()));
  value.as_object()["image_id"] = image_id;
  return boost::json::serialize(value);
}

}  // namespace sightglass::stations
