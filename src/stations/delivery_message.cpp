#include "stations/delivery_message.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "core/json_writer.hpp"
#include "database/stations.hpp"
#include "stations/deliverer.hpp"

namespace sightglass::stations {
namespace {

namespace json = boost::json;
using database::outputs::Delivery;

constexpr std::string_view test_event = "test";

std::string text_of(const json::object& message, std::string_view name) {
  const json::value& value = message.at(name);
  return value.is_null() ? std::string() : std::string(value.as_string());
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

std::string verdict_message(core::DeliveryId id, const database::triggers::Trigger& trigger) {
  std::string text;
  core::JsonWriter writer(text);
  writer.begin_object().member("event", "verdict").member("delivery", id.to_string());
  writer.member("trigger", trigger.id.to_string()).member("station", trigger.station_name);
  writer.member("image_id", trigger.image_id).member("name", trigger.name).member("verdict", trigger.verdict);
  writer.member("judged", !trigger.model.empty()).member("reason", trigger.reason).member("score", trigger.score);
  writer.member("threshold", trigger.threshold).member("model", unless_empty(trigger.model));
  writer.member("triggered_at", core::to_iso8601(trigger.triggered_at)).member("simulated", trigger.is_simulated);
  writer.end_object();
  return text;
}

std::string test_message(core::DeliveryId id, std::string_view station, core::Instant now) {
  std::string text;
  core::JsonWriter writer(text);
  writer.begin_object().member("event", test_event).member("delivery", id.to_string()).key("trigger").null();
  writer.member("station", station).key("image_id").null().member("name", "test").member("verdict", "OK");
  writer.member("judged", false).member("reason", "").key("score").null().key("threshold").null().key("model").null();
  writer.member("triggered_at", core::to_iso8601(now)).member("simulated", false).end_object();
  return text;
}

core::Result<outputs::Message> message_of(const Delivery& delivery) {
  try {
    const auto value = json::parse(delivery.message);
    const auto& object = value.as_object();
    outputs::Message message{.id = delivery.id.to_string(), .json = delivery.message};
    message.station = text_of(object, "station");
    message.image_id = text_of(object, "image_id");
    if (message.image_id.empty()) message.image_id = text_of(object, "name");
    message.is_ok = text_of(object, "verdict") == "OK";
    message.is_test = text_of(object, "event") == test_event;
    return message;
  } catch (const std::exception& fault) {
    return core::fail(core::internal_error("A message in the database cannot be read.", fault.what()));
  }
}

core::Instant happened_at(const Delivery& delivery) {
  boost::system::error_code unread;
  const auto value = json::parse(delivery.message, unread);
  const auto* const object = unread ? nullptr : value.if_object();
  const auto* const text = object == nullptr ? nullptr : object->if_contains("triggered_at");
  const auto at =
      text != nullptr && text->is_string() ? core::parse_iso8601(std::string(text->as_string())) : std::nullopt;
  return at ? std::min(*at, delivery.created_at) : delivery.created_at;
}

core::Result<std::vector<Delivery>> enqueue(database::Session& session, const database::triggers::Trigger& trigger,
                                            std::string_view node, core::Instant now) {
  std::vector<Delivery> deliveries;
  if (!trigger.station_id) return deliveries;
  SG_ASSIGN(const auto outputs, database::outputs::of_station(session, *trigger.station_id));
  for (const auto& output : outputs) {
    if (!output.is_enabled) continue;
    const auto id = core::DeliveryId::make(now);
    deliveries.push_back({.id = id,
                          .output_id = output.id,
                          .trigger_id = trigger.id,
                          .node = std::string(node),
                          .message = verdict_message(id, trigger),
                          .next_at = now,
                          .created_at = now});
    SG_TRY(database::outputs::insert(session, deliveries.back()));
  }
  return deliveries;
}

core::Result<Delivery> enqueue_test(database::Session& session, const database::outputs::Output& output,
                                    std::string_view node, core::Instant now) {
  SG_ASSIGN(const auto station, database::stations::find(session, output.station_id));
  if (!station) return core::fail(core::not_found("The station of this output is gone."));
  const auto id = core::DeliveryId::make(now);
  Delivery delivery{.id = id,
                    .output_id = output.id,
                    .node = std::string(node),
                    .message = test_message(id, station->name, now),
                    .next_at = now,
                    .created_at = now};
  SG_TRY(database::outputs::insert(session, delivery));
  return delivery;
}

std::string purpose_of(core::OutputId id) { return "output " + id.to_string(); }

}  // namespace sightglass::stations
