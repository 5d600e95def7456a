#include "http/station_json.hpp"

#include <optional>
#include <string>
#include <utility>

namespace sightglass::http {
namespace {

using core::JsonWriter;
using database::stations::Day;
using database::waiting_ids::WaitingId;
using stations::StationStatus;

void write_status(JsonWriter& json, const StationStatus& status) {
  json.begin_object().member("running", status.is_running).member("camera", camera::name_of(status.camera));
  json.member("simulated", status.is_simulated).member("armed", status.is_armed).member("fault", status.fault);
  json.member("waiting_frames", static_cast<std::int64_t>(status.waiting_frames));
  json.member("spilled_frames", static_cast<std::int64_t>(status.spilled_frames)).end_object();
}

void write_day(JsonWriter& json, const Day& day) {
  json.begin_object().member("day", day.day).member("triggers", day.triggers).member("ok", day.ok);
  json.member("ng", day.ng).member("lost", day.lost).member("failed", day.failed).member("late", day.late);
  json.end_object();
}

void write_waiting(JsonWriter& json, const std::vector<WaitingId>& waiting) {
  json.begin_array();
  for (const auto& id : waiting) {
    json.begin_object().member("number", id.number).member("image_id", id.image_id);
    json.member("stored_at", core::to_iso8601(id.stored_at)).member("stored_by", id.stored_by);
    json.member("expires_at", core::to_iso8601(id.expires_at)).end_object();
  }
  json.end_array();
}

}  // namespace

core::Result<StationFacts> read_facts(database::Session& session, database::stations::Station row, core::Instant now) {
  StationFacts facts{.row = std::move(row)};
  const auto id = facts.row.id;
  SG_ASSIGN(facts.today, database::stations::counted(session, id, database::stations::day_of(now)));
  SG_ASSIGN(facts.waiting, database::waiting_ids::waiting(session, id, now));
  return facts;
}

void write_station(JsonWriter& json, const StationFacts& facts, const StationStatus& status) {
  const auto& row = facts.row;
  json.begin_object().member("id", row.id.to_string()).member("name", row.name);
  json.member("camera_id", row.camera_id ? std::optional(row.camera_id->to_string()) : std::nullopt);
  json.key("trigger").raw(row.trigger).key("recipe").raw(row.recipe);
  json.member("recipe_version", row.recipe_version).member("enabled", row.is_enabled);
  json.key("status");
  write_status(json, status);
  json.key("today");
  write_day(json, facts.today);
  json.key("waiting");
  write_waiting(json, facts.waiting);
  json.member("created_at", core::to_iso8601(row.created_at)).member("updated_at", core::to_iso8601(row.updated_at));
  json.end_object();
}

std::string waiting_json(const std::vector<WaitingId>& waiting) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("results");
  write_waiting(json, waiting);
  json.end_object();
  return text;
}

}  // namespace sightglass::http
