#include "http/trigger_json.hpp"

#include <optional>

namespace sightglass::http {
namespace {

using core::JsonKey;
using core::JsonWriter;
using database::outputs::Delivery;
using database::triggers::Trigger;

void write_time(JsonWriter& json, JsonKey name, const std::optional<core::Instant>& at) {
  json.member(name, at ? std::optional(core::to_iso8601(*at)) : std::nullopt);
}

template <typename Id>
void write_id(JsonWriter& json, JsonKey name, const std::optional<Id>& id) {
  json.member(name, id ? std::optional(id->to_string()) : std::nullopt);
}

void write_circumstances(JsonWriter& json, const Trigger& trigger) {
  write_id(json, "station_id", trigger.station_id);
  json.member("station", trigger.station_name).member("node", trigger.node);
  json.member("frame_number", trigger.frame_number).member("device_ns", trigger.device_ns);
  json.member("camera", trigger.camera_name).member("serial", trigger.serial);
  json.member("journaled_at", core::to_iso8601(trigger.journaled_at));
  json.member("recipe_version", trigger.recipe_version).key("recipe").raw(trigger.recipe);
  json.key("settings").raw(trigger.settings).member("folder", trigger.folder);
  json.key("results").raw(trigger.results);
}

}  // namespace

void write_trigger(JsonWriter& json, const Trigger& trigger) {
  json.member("id", trigger.id.to_string()).member("name", trigger.name).member("image_id", trigger.image_id);
  json.member("triggered_at", core::to_iso8601(trigger.triggered_at));
  write_time(json, "judged_at", trigger.judged_at);
  write_time(json, "durable_at", trigger.durable_at);
  json.member("state", database::triggers::name_of(trigger.state));
  json.member("verdict", trigger.verdict.empty() ? std::nullopt : std::optional(trigger.verdict));
  json.member("judged", !trigger.model.empty()).member("reason", trigger.reason);
  json.member("score", trigger.score).member("threshold", trigger.threshold).member("model", trigger.model);
  json.member("late", trigger.is_late).member("simulated", trigger.is_simulated).member("error", trigger.error);
  write_id(json, "photo_id", trigger.photo_id);
  write_time(json, "superseded_at", trigger.superseded_at);
}

std::string trigger_detail_json(const Trigger& trigger, const std::vector<NamedDelivery>& deliveries) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_trigger(json, trigger);
  write_circumstances(json, trigger);
  json.key("deliveries").begin_array();
  for (const auto& [delivery, output] : deliveries) write_delivery(json, delivery, output);
  json.end_array().end_object();
  return text;
}

void write_delivery(JsonWriter& json, const Delivery& delivery, std::string_view output) {
  json.begin_object().member("id", delivery.id.to_string()).member("output_id", delivery.output_id.to_string());
  json.member("output", output);
  write_id(json, "trigger_id", delivery.trigger_id);
  json.member("state", database::outputs::name_of(delivery.state)).member("attempts", delivery.attempts);
  json.member("error", delivery.error).member("created_at", core::to_iso8601(delivery.created_at));
  json.member("next_at", core::to_iso8601(delivery.next_at));
  write_time(json, "delivered_at", delivery.delivered_at);
  json.end_object();
}

}  // namespace sightglass::http
