#include "filing/catalogue_json.hpp"

#include <array>
#include <limits>

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"

namespace sightglass::filing {
namespace {

using core::JsonWriter;

constexpr std::int64_t format_version = 1;
constexpr std::size_t name_bytes = 4096;
constexpr std::size_t prose_bytes = 256 << 10;

template <typename Id>
std::optional<std::string> text_of(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->to_string();
}

template <typename Record>
void write_times(JsonWriter& json, const Record& record) {
  json.member("created_at", core::to_iso8601(record.created_at));
  json.member("updated_at", core::to_iso8601(record.updated_at));
}

template <typename Record>
void read_times(JsonFields& in, Record& record) {
  record.created_at = in.instant("created_at");
  record.updated_at = in.instant("updated_at");
}

// Opens the document, lets `write` fill it, closes it.
template <typename F>
std::string document(F&& write) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("sightglass", format_version);
  write(json);
  json.end_object();
  text += '\n';
  return text;
}

std::optional<std::string> job_status(std::string_view name) {
  constexpr std::array<std::string_view, 4> statuses{"open", "in_progress", "done", "archived"};
  for (const auto status : statuses) {
    if (name == status) return std::string(name);
  }
  return std::nullopt;
}

std::vector<core::UserId> read_users(JsonFields& in, std::string_view name) {
  std::vector<core::UserId> users;
  for (const auto& text : in.texts(name, 10'000, 64)) {
    const auto id = core::UserId::parse(text);
    if (!id) in.complain(name, "holds something that is not an id");
    users.push_back(id.value_or(core::UserId{}));
  }
  return users;
}

// Left out where there are none, so that files of jobs without pairs stay as earlier programs wrote them.
void write_pairs(JsonWriter& json, const std::vector<core::PhotoPair>& pairs) {
  if (pairs.empty()) return;
  json.key("pairs").begin_array();
  for (const auto& pair : pairs) {
    json.begin_object().member("id", pair.id.to_string()).member("before", pair.before.to_string());
    json.member("after", pair.after.to_string()).member("title", pair.title);
    json.member("created_by", text_of(pair.created_by)).member("created_at", core::to_iso8601(pair.created_at));
    json.end_object();
  }
  json.end_array();
}

std::vector<core::PhotoPair> read_pairs(JsonFields& in) {
  std::vector<core::PhotoPair> pairs;
  for (auto& pair : in.optional_objects("pairs", 10'000)) {
    pairs.push_back({.id = pair.id<core::PairId>("id"),
                     .before = pair.id<core::PhotoId>("before"),
                     .after = pair.id<core::PhotoId>("after"),
                     .title = pair.text("title", name_bytes),
                     .created_by = pair.optional_id<core::UserId>("created_by"),
                     .created_at = pair.instant("created_at")});
  }
  return pairs;
}

std::optional<core::GeoPosition> read_position(JsonFields& in) {
  constexpr double any = 1e15;
  const auto latitude = in.optional_number("latitude", -90, 90);
  const auto longitude = in.optional_number("longitude", -180, 180);
  const auto altitude = in.optional_number("altitude", -any, any);
  if (!latitude || !longitude) return std::nullopt;
  return core::GeoPosition{*latitude, *longitude, altitude};
}

}  // namespace

std::string to_json(const core::Job& job) {
  return document([&](JsonWriter& json) {
    json.member("id", job.id.value).member("number", job.number).member("title", job.title);
    json.member("customer", job.customer).member("address", job.address).member("status", job.status);
    json.member("notes", job.notes).member("created_by", text_of(job.created_by));
    json.key("assigned_to").begin_array();
    for (const auto& user : job.assigned_to) json.string(user.to_string());
    json.end_array();
    write_pairs(json, job.pairs);
    write_times(json, job);
  });
}

std::string to_json(const core::Asset& asset) {
  return document([&](JsonWriter& json) {
    json.member("id", asset.id.to_string()).member("code", asset.code).member("name", asset.name);
    json.member("type", asset.type).member("description", asset.description);
    json.member("location_id", text_of(asset.location_id));
    write_times(json, asset);
  });
}

std::string to_json(const core::Location& location) {
  return document([&](JsonWriter& json) {
    std::optional<double> latitude, longitude, altitude;
    if (location.position) {
      latitude = location.position->latitude;
      longitude = location.position->longitude;
      altitude = location.position->altitude;
    }
    json.member("id", location.id.to_string()).member("name", location.name);
    json.member("description", location.description);
    json.member("latitude", latitude).member("longitude", longitude).member("altitude", altitude);
    write_times(json, location);
  });
}

core::Result<core::Job> job_from_json(std::string_view text) {
  SG_ASSIGN(JsonFields in, JsonFields::parse(text));
  in.integer("sightglass", 1, 1);
  core::Job job;
  job.id = core::JobId{in.integer("id", 1, std::numeric_limits<std::int64_t>::max())};
  job.number = in.text("number", name_bytes);
  job.title = in.text("title", name_bytes);
  job.customer = in.text("customer", name_bytes);
  job.address = in.text("address", prose_bytes);
  job.status = in.parsed("status", job_status);
  job.notes = in.text("notes", prose_bytes);
  job.created_by = in.optional_id<core::UserId>("created_by");
  job.assigned_to = read_users(in, "assigned_to");
  job.pairs = read_pairs(in);
  read_times(in, job);
  SG_TRY(in.outcome());
  return job;
}

core::Result<core::Asset> asset_from_json(std::string_view text) {
  SG_ASSIGN(JsonFields in, JsonFields::parse(text));
  in.integer("sightglass", 1, 1);
  core::Asset asset;
  asset.id = in.id<core::AssetId>("id");
  asset.code = in.text("code", name_bytes);
  asset.name = in.text("name", name_bytes);
  asset.type = in.text("type", name_bytes);
  asset.description = in.text("description", prose_bytes);
  asset.location_id = in.optional_id<core::LocationId>("location_id");
  read_times(in, asset);
  SG_TRY(in.outcome());
  return asset;
}

core::Result<core::Location> location_from_json(std::string_view text) {
  SG_ASSIGN(JsonFields in, JsonFields::parse(text));
  in.integer("sightglass", 1, 1);
  core::Location location;
  location.id = in.id<core::LocationId>("id");
  location.name = in.text("name", name_bytes);
  location.description = in.text("description", prose_bytes);
  location.position = read_position(in);
  read_times(in, location);
  SG_TRY(in.outcome());
  return location;
}

}  // namespace sightglass::filing
