#include "http/finding_json.hpp"

#include <utility>

namespace sightglass::http {
namespace {

using core::Finding;
using core::FindingKind;
using core::JsonWriter;

template <typename Id>
std::optional<std::string> text_of(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->to_string();
}

std::optional<std::string> known(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

void write_box(JsonWriter& json, core::JsonKey name, const core::Box& box) {
  json.key(name).begin_object().member("x", box.x).member("y", box.y);
  json.member("width", box.width).member("height", box.height).end_object();
}

void write_place(JsonWriter& json, const std::optional<core::Box>& box, core::Size upright) {
  if (!box) {
    json.key("box").null().key("relative").null();
    return;
  }
  write_box(json, "box", *box);
  if (upright.width <= 0 || upright.height <= 0) {
    json.key("relative").null();
    return;
  }
  write_box(json, "relative", core::scaled(*box, 1.0 / upright.width, 1.0 / upright.height));
}

void write_anomaly(JsonWriter& json, const Finding& finding) {
  json.member("type", finding.class_name).key("severity").string(core::name_of(finding.severity));
  json.member("score", finding.score).member("threshold", finding.threshold).key("heat_map_url");
  if (finding.heat_map.empty())
    json.null();
  else
    json.string(std::string(path_of(FindingKind::anomaly)) + "/" + finding.id.to_string() + "/heat-map");
}

void write_reading(JsonWriter& json, const Finding& finding) {
  json.member("value", finding.value).member("value_text", finding.value_text).member("unit", finding.unit);
  json.member("raw_text", finding.raw_text).member("reason", known(finding.reason));
  json.member("meter_id", text_of(finding.meter_id));
}

void write_damage(JsonWriter& json, const Finding& finding) {
  json.member("class", finding.class_name).key("severity").string(core::name_of(finding.severity));
  json.key("state").string(core::name_of(finding.state));
}

void write_location(JsonWriter& json, const std::optional<core::Location>& location) {
  json.key("location");
  if (!location) {
    json.null();
    return;
  }
  json.begin_object().member("id", location->id.to_string()).member("name", location->name);
  json.member("latitude", location->position ? std::optional(location->position->latitude) : std::nullopt);
  json.member("longitude", location->position ? std::optional(location->position->longitude) : std::nullopt);
  json.end_object();
}

void write_spotting(JsonWriter& json, const Finding& finding) {
  json.member("species", finding.class_name).member("count", finding.count).member("burst", known(finding.burst));
}

void write_review(JsonWriter& json, const Finding& finding) {
  json.member("confidence", finding.confidence).key("review_state").string(core::name_of(finding.state));
  json.member("by_person", finding.is_by_person).member("model", known(finding.model));
  json.member("version", known(finding.version)).key("details").raw(finding.details);
  json.member("created_at", core::to_iso8601(finding.created_at));
  json.member("updated_at", core::to_iso8601(finding.updated_at)).key("decided_at");
  if (finding.decided_at)
    json.string(core::to_iso8601(*finding.decided_at));
  else
    json.null();
  json.member("decided_by", known(finding.decided_by)).member("notes", finding.notes);
  json.member("revision", finding.revision);
}

void write_members(JsonWriter& json, const Finding& finding, core::Size upright) {
  json.member("id", finding.id.to_string()).key("kind").string(core::name_of(finding.kind));
  json.member("photo_id", finding.photo_id.to_string());
  write_place(json, finding.box, upright);
  switch (finding.kind) {
    case FindingKind::anomaly: write_anomaly(json, finding); break;
    case FindingKind::reading: write_reading(json, finding); break;
    case FindingKind::damage: write_damage(json, finding); break;
    case FindingKind::spotting: write_spotting(json, finding); break;
  }
  write_review(json, finding);
}

}  // namespace

std::string_view path_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::anomaly: return "/api/v1/images/anomalies";
    case FindingKind::reading: return "/api/v1/images/meter-readings";
    case FindingKind::damage: return "/api/v1/images/damage-reports";
    case FindingKind::spotting: break;
  }
  return "/api/v1/images/spottings";
}

void write_finding(JsonWriter& json, const database::findings::Listed& listed) {
  json.begin_object();
  write_members(json, listed.finding, listed.upright);
  if (listed.finding.kind == FindingKind::spotting) write_location(json, listed.location);
  json.end_object();
}

void write_finding(JsonWriter& json, const Finding& finding, core::Size upright) {
  json.begin_object();
  write_members(json, finding, upright);
  json.end_object();
}

std::string finding_text(const database::findings::Listed& listed) {
  std::string text;
  JsonWriter json(text);
  write_finding(json, listed);
  return text;
}

core::Size upright_size(const core::Photo& photo) {
  auto size = photo.size;
  if (photo.rotation % 180 != 0) std::swap(size.width, size.height);
  return size;
}

}  // namespace sightglass::http
