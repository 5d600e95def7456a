#include <boost/json.hpp>

#include <limits>
#include <utility>

#include "filing/json_fields.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"

namespace sightglass::filing {
namespace {

constexpr std::int64_t most_bytes = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t longest_side = 1 << 24;  // far above any format's; keeps width × height inside 64 bits
constexpr std::size_t name_bytes = 4096;
constexpr std::size_t prose_bytes = 256 << 10;
constexpr double any = 1e15;

std::int32_t side(JsonFields& in, std::string_view name) {
  return static_cast<std::int32_t>(in.integer(name, 0, longest_side));
}

std::optional<std::int32_t> small(std::optional<std::int64_t> number) {
  if (!number) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

core::PhotoKind read_kind(JsonFields& in) {
  return in.parsed("kind", [](std::string_view name) -> std::optional<core::PhotoKind> {
    if (name == "job") return core::PhotoKind::job;
    if (name == "field") return core::PhotoKind::field;
    return std::nullopt;
  });
}

void read_subject(JsonFields& in, core::Photo& photo) {
  photo.description = in.text("description", prose_bytes);
  photo.tags = in.texts("tags", 1000, name_bytes);
  if (const auto job = in.optional_integer("job_id", 1, most_bytes)) photo.job_id = core::JobId{*job};
  photo.asset_id = in.optional_id<core::AssetId>("asset_id");
  photo.location_id = in.optional_id<core::LocationId>("location_id");
  photo.verdict = in.text("verdict", name_bytes);
}

void read_files(JsonFields& in, core::Photo& photo) {
  photo.media_type = in.parsed("media_type", core::media_type_from_mime);
  photo.sha256 = in.parsed("sha256", core::Sha256::from_hex);
  photo.size = {side(in, "width"), side(in, "height")};
  photo.display_size = {side(in, "display_width"), side(in, "display_height")};
  photo.file_bytes = in.integer("file_size", 0, most_bytes);
  photo.display_bytes = in.integer("display_bytes", 0, most_bytes);
  photo.thumbnail_bytes = in.integer("thumbnail_bytes", 0, most_bytes);
  JsonFields files = in.object("files");
  photo.files.original = files.text("original", name_bytes);
  photo.files.display = files.text("display", name_bytes);
  photo.files.thumbnail = files.text("thumbnail", name_bytes);
  if (!is_proper(photo.files, photo.filename)) in.complain("files", "does not fit the layout of the data directory");
  photo.thumbhash = in.text("thumbhash", name_bytes);
  photo.duplicate_of = in.optional_id<core::PhotoId>("duplicate_of");
  photo.is_damaged = in.boolean("damaged");
  photo.damage = in.text("damage", prose_bytes);
}

void read_capture(JsonFields& in, core::CaptureMetadata& capture) {
  capture.taken_source = in.parsed("taken_at_source", core::taken_source_from_name);
  if (in.optional_text("file_taken_at", name_bytes)) capture.taken_at = in.instant("file_taken_at");
  capture.taken_local = in.text("taken_local", name_bytes);
  capture.taken_offset_minutes = small(in.optional_integer("taken_offset_minutes", -1440, 1440));
  capture.camera_make = in.text("camera_make", name_bytes);
  capture.camera_model = in.text("camera_model", name_bytes);
  capture.lens = in.text("lens", name_bytes);
  capture.exposure_seconds = in.optional_number("exposure_seconds", -any, any);
  capture.f_number = in.optional_number("f_number", -any, any);
  constexpr std::int64_t any_iso = std::numeric_limits<std::int32_t>::max();
  capture.iso = small(in.optional_integer("iso", -any_iso, any_iso));
  capture.focal_length_mm = in.optional_number("focal_length_mm", -any, any);
  capture.orientation = static_cast<core::Orientation>(in.integer("orientation", 1, 8));
  capture.json = in.object_text("metadata");
}

std::optional<core::GeoPosition> read_position(JsonFields& in) {
  const auto latitude = in.optional_number("latitude", -90, 90);
  const auto longitude = in.optional_number("longitude", -180, 180);
  const auto altitude = in.optional_number("altitude", -any, any);
  if (!latitude || !longitude) return std::nullopt;
  return core::GeoPosition{*latitude, *longitude, altitude};
}

std::optional<core::TrapSequence> read_sequence(JsonFields& in) {
  const auto event = in.optional_integer("event", 0, core::last_trap_event);
  const auto position = small(in.optional_integer("position", 1, core::most_of_sequence));
  const auto count = small(in.optional_integer("count", 1, core::most_of_sequence));
  if (!position || !count) return std::nullopt;
  if (*position > *count) in.complain("position", "is beyond its count");
  return core::TrapSequence{.position = *position, .count = *count, .event = event};
}

template <typename Parse>
auto read_name(JsonFields& in, std::string_view name, Parse parse) -> decltype(parse(name)) {
  if (!in.optional_text(name, name_bytes)) return std::nullopt;
  return in.parsed(name, parse);
}

core::TrapFacts read_trap_facts(JsonFields in) {
  core::TrapFacts facts;
  facts.temperature = in.optional_number("temperature", core::coldest, core::hottest);
  facts.humidity = in.optional_number("humidity", 0, 100);
  facts.pressure = in.optional_number("pressure", core::lowest_pressure, core::highest_pressure);
  facts.moon_phase = read_name(in, "moon_phase", core::moon_phase_from_name);
  facts.trigger = read_name(in, "trigger", core::trap_trigger_from_name);
  facts.sequence = read_sequence(in);
  facts.battery_volts = in.optional_number("battery_volts", 0, core::most_volts);
  facts.is_lit = in.optional_boolean("lit");
  facts.serial = in.optional_text("serial", core::longest_trap_text).value_or("");
  facts.label = in.optional_text("label", core::longest_trap_text).value_or("");
  return core::plausible(std::move(facts));
}

// What both sides of is_current() agree on. Null for text that is no object.
boost::json::value comparable(std::string_view text) {
  boost::system::error_code fault;
  boost::json::value value = boost::json::parse({text.data(), text.size()}, fault);
  if (fault || !value.is_object()) return nullptr;
  for (const char* uncounted : {"uploader_name", "queue", "duplicate_of"}) value.get_object().erase(uncounted);
  return value;
}

}  // namespace

core::Result<Sidecar> sidecar_from_json(std::string_view text) {
  SG_ASSIGN(JsonFields in, JsonFields::parse(text));
  in.integer("sightglass", 1, 1);
  Sidecar sidecar;
  core::Photo& photo = sidecar.photo;
  photo.id = in.id<core::PhotoId>("id");
  photo.kind = read_kind(in);
  photo.source = in.parsed("source", core::photo_source_from_name);
  photo.filename = in.text("filename", 255);
  photo.original_filename = in.text("original_filename", name_bytes);
  photo.uploaded_by = in.optional_id<core::UserId>("uploaded_by");
  photo.uploaded_at = in.instant("uploaded_at");
  photo.taken_at = in.instant("taken_at");
  sidecar.uploader_name = in.text("uploader_name", name_bytes);
  sidecar.queue = in.parsed("queue", core::task_queue_from_name);
  read_subject(in, photo);
  read_files(in, photo);
  read_capture(in, photo.metadata);
  photo.metadata.position = read_position(in);
  if (auto trap = in.optional_object("trap")) photo.metadata.trap = read_trap_facts(std::move(*trap));
  photo.rotation = static_cast<std::int32_t>(in.optional_integer("rotation", 0, 270).value_or(0));
  if (photo.rotation % 90 != 0) in.complain("rotation", "is no quarter of a turn");
  if (in.optional_text("trashed_at", name_bytes)) photo.trashed_at = in.instant("trashed_at");
  SG_TRY(in.outcome());
  return sidecar;
}

bool is_current(std::string_view text, const core::Photo& photo) {
  const boost::json::value written = comparable(text);
  return !written.is_null() && written == comparable(to_json(Sidecar{.photo = photo}));
}

}  // namespace sightglass::filing
